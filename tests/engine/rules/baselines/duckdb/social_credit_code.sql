SELECT
  *
FROM (
  SELECT
    "s"."n" AS "n",
    "s"."a" AS "a",
    CASE
      WHEN CASE
        WHEN "s"."_l288017d9e6"
        THEN (
          (
            CAST("s"."_l1d4f1ecbce" AS BIGINT) + 28 * "s"."_lf612403ce5" + "s"."_l3c8fd46946" + 6
          )
        ) % 31 = 0
        ELSE FALSE
      END
      THEN 0
      WHEN "s"."a" IS NULL
      THEN 0
      WHEN CASE
        WHEN "s"."a" < '!'
        OR (
          "s"."a" >= ' ' AND "s"."a" < '¡'
        )
        OR (
          "s"."a" >= '　' AND "s"."a" < '、'
        )
        THEN REGEXP_MATCHES("s"."a", '^[ 	
 　]*\z')
        ELSE FALSE
      END
      THEN 0
      ELSE 1
    END AS "_mask0"
  FROM (
    SELECT
      "s".*,
      (
        (
          (
            "s"."_l5a1bd6d0be" >> 32
          ) & CAST(4294967295 AS UBIGINT)
        ) + CAST(19 AS UBIGINT) * (
          "s"."_l5a1bd6d0be" & CAST(4294967295 AS UBIGINT)
        )
      ) AS "_l1d4f1ecbce"
    FROM (
      SELECT
        "s".*,
        (
          (
            (
              "s"."_lf3a0b5fe16" >> 16
            ) & CAST(281470681808895 AS UBIGINT)
          ) + CAST(9 AS UBIGINT) * (
            "s"."_lf3a0b5fe16" & CAST(281470681808895 AS UBIGINT)
          )
        ) AS "_l5a1bd6d0be"
      FROM (
        SELECT
          "s".*,
          (
            "s"."_l5e10f8de8e" + CAST(20 AS UBIGINT) * "s"."_l0f60144503"
          ) AS "_lf3a0b5fe16"
        FROM (
          SELECT
            "s".*,
            (
              (
                (
                  "s"."_l0d2e18fe72" >> 8
                ) & CAST(71777214294589695 AS UBIGINT)
              ) + CAST(3 AS UBIGINT) * (
                "s"."_l0d2e18fe72" & CAST(71777214294589695 AS UBIGINT)
              )
            ) AS "_l5e10f8de8e",
            (
              (
                (
                  "s"."_l127f4d0cfb" >> 8
                ) & CAST(71777214294589695 AS UBIGINT)
              ) + CAST(3 AS UBIGINT) * (
                "s"."_l127f4d0cfb" & CAST(71777214294589695 AS UBIGINT)
              )
            ) AS "_l0f60144503"
          FROM (
            SELECT
              "s".*,
              (
                "s"."_la23023de53" + CAST(1157442765409226768 AS UBIGINT) - (
                  (
                    (
                      (
                        (
                          (
                            (
                              (
                                (
                                  (
                                    CAST(7 AS UBIGINT) * (
                                      (
                                        "s"."_la23023de53" >> 6
                                      ) & CAST(72340172838076673 AS UBIGINT)
                                    )
                                  )
                                ) + (
                                  (
                                    (
                                      "s"."_l86b5917e39" >> 7
                                    ) & CAST(72340172838076673 AS UBIGINT)
                                  )
                                )
                              )
                            ) + (
                              (
                                (
                                  "s"."_l7ac9f31848" >> 7
                                ) & CAST(72340172838076673 AS UBIGINT)
                              )
                            )
                          )
                        ) + (
                          (
                            (
                              "s"."_l68d8a13b2d" >> 7
                            ) & CAST(72340172838076673 AS UBIGINT)
                          )
                        )
                      )
                    ) + (
                      (
                        (
                          "s"."_lf47c68ce57" >> 7
                        ) & CAST(72340172838076673 AS UBIGINT)
                      )
                    )
                  )
                )
              ) AS "_l0d2e18fe72",
              (
                "s"."_lfc456c7bc8" + CAST(1157442765409226768 AS UBIGINT) - (
                  (
                    (
                      (
                        (
                          (
                            (
                              (
                                (
                                  (
                                    CAST(7 AS UBIGINT) * (
                                      (
                                        "s"."_lfc456c7bc8" >> 6
                                      ) & CAST(72340172838076673 AS UBIGINT)
                                    )
                                  )
                                ) + (
                                  (
                                    (
                                      "s"."_l5fdf57083f" >> 7
                                    ) & CAST(72340172838076673 AS UBIGINT)
                                  )
                                )
                              )
                            ) + (
                              (
                                (
                                  "s"."_le9c9cc3e2e" >> 7
                                ) & CAST(72340172838076673 AS UBIGINT)
                              )
                            )
                          )
                        ) + (
                          (
                            (
                              "s"."_l0e6ddf338e" >> 7
                            ) & CAST(72340172838076673 AS UBIGINT)
                          )
                        )
                      )
                    ) + (
                      (
                        (
                          "s"."_laf3d9c73d7" >> 7
                        ) & CAST(72340172838076673 AS UBIGINT)
                      )
                    )
                  )
                )
              ) AS "_l127f4d0cfb",
              (
                (
                  (
                    STRLEN("s"."a") = 18
                  )
                )
                AND (
                  (
                    (
                      "s"."_l94a9ab6f5a" | "s"."_l3a094b047c"
                    ) & CAST(9259542123273814144 AS UBIGINT) = CAST(0 AS UBIGINT)
                  )
                )
                AND (
                  (
                    (
                      (
                        XOR(
                          XOR(
                            XOR(
                              XOR(
                                XOR(
                                  XOR(
                                    XOR(
                                      XOR(
                                        XOR(
                                          XOR(XOR("s"."_ld27a26ab48", "s"."_l4a3afae6e2"), "s"."_lb07afcdef9"),
                                          "s"."_l33e50367eb"
                                        ),
                                        "s"."_l86b5917e39"
                                      ),
                                      "s"."_l86849a9eae"
                                    ),
                                    "s"."_l7ac9f31848"
                                  ),
                                  "s"."_l2d537f3718"
                                ),
                                "s"."_l68d8a13b2d"
                              ),
                              "s"."_le464f5edc0"
                            ),
                            "s"."_lf47c68ce57"
                          ),
                          "s"."_ldccae864a7"
                        )
                      )
                    ) & (
                      (
                        XOR(
                          XOR(
                            XOR(
                              XOR(
                                XOR(
                                  XOR(
                                    XOR(
                                      XOR(
                                        XOR(
                                          XOR(XOR("s"."_l2386c0f9c5", "s"."_l388aee93ed"), "s"."_l71d9c27fe6"),
                                          "s"."_ld32fa7e18f"
                                        ),
                                        "s"."_l5fdf57083f"
                                      ),
                                      "s"."_l51dccda828"
                                    ),
                                    "s"."_le9c9cc3e2e"
                                  ),
                                  "s"."_l1a0f750388"
                                ),
                                "s"."_l0e6ddf338e"
                              ),
                              "s"."_leff3ea1197"
                            ),
                            "s"."_laf3d9c73d7"
                          ),
                          "s"."_l7e02abfac1"
                        )
                      )
                    ) & CAST(9259542123273814144 AS UBIGINT) = CAST(9259542123273814144 AS UBIGINT)
                  )
                )
                AND (
                  (
                    "s"."_la23023de53" & CAST(70644700037184 AS UBIGINT) = CAST(0 AS UBIGINT)
                  )
                )
                AND (
                  (
                    "s"."_lf612403ce5" > 0 AND "s"."_l3c8fd46946" > 0
                  )
                )
              ) AS "_l288017d9e6"
            FROM (
              SELECT
                "s".*,
                (
                  "s"."_la23023de53" + CAST(3906369333256140342 AS UBIGINT)
                ) AS "_l86b5917e39",
                (
                  "s"."_la23023de53" + CAST(3472328296227680304 AS UBIGINT)
                ) AS "_l7ac9f31848",
                (
                  "s"."_la23023de53" + CAST(3182967604875373612 AS UBIGINT)
                ) AS "_l68d8a13b2d",
                (
                  "s"."_la23023de53" + CAST(2965947086361143593 AS UBIGINT)
                ) AS "_lf47c68ce57",
                (
                  "s"."_lfc456c7bc8" + CAST(3906369333256140342 AS UBIGINT)
                ) AS "_l5fdf57083f",
                (
                  "s"."_lfc456c7bc8" + CAST(3472328296227680304 AS UBIGINT)
                ) AS "_le9c9cc3e2e",
                (
                  "s"."_lfc456c7bc8" + CAST(3182967604875373612 AS UBIGINT)
                ) AS "_l0e6ddf338e",
                (
                  "s"."_lfc456c7bc8" + CAST(2965947086361143593 AS UBIGINT)
                ) AS "_laf3d9c73d7",
                (
                  "s"."_la23023de53" + CAST(5787213827046133840 AS UBIGINT)
                ) AS "_ld27a26ab48",
                (
                  "s"."_la23023de53" + CAST(5063812098665367110 AS UBIGINT)
                ) AS "_l4a3afae6e2",
                (
                  "s"."_la23023de53" + CAST(4557430888798830399 AS UBIGINT)
                ) AS "_lb07afcdef9",
                (
                  "s"."_la23023de53" + CAST(3978709506094217015 AS UBIGINT)
                ) AS "_l33e50367eb",
                (
                  "s"."_la23023de53" + CAST(3544668469065756977 AS UBIGINT)
                ) AS "_l86849a9eae",
                (
                  "s"."_la23023de53" + CAST(3255307777713450285 AS UBIGINT)
                ) AS "_l2d537f3718",
                (
                  "s"."_la23023de53" + CAST(3038287259199220266 AS UBIGINT)
                ) AS "_le464f5edc0",
                (
                  "s"."_la23023de53" + CAST(2748926567846913574 AS UBIGINT)
                ) AS "_ldccae864a7",
                (
                  "s"."_lfc456c7bc8" + CAST(5787213827046133840 AS UBIGINT)
                ) AS "_l2386c0f9c5",
                (
                  "s"."_lfc456c7bc8" + CAST(5063812098665367110 AS UBIGINT)
                ) AS "_l388aee93ed",
                (
                  "s"."_lfc456c7bc8" + CAST(4557430888798830399 AS UBIGINT)
                ) AS "_l71d9c27fe6",
                (
                  "s"."_lfc456c7bc8" + CAST(3978709506094217015 AS UBIGINT)
                ) AS "_ld32fa7e18f",
                (
                  "s"."_lfc456c7bc8" + CAST(3544668469065756977 AS UBIGINT)
                ) AS "_l51dccda828",
                (
                  "s"."_lfc456c7bc8" + CAST(3255307777713450285 AS UBIGINT)
                ) AS "_l1a0f750388",
                (
                  "s"."_lfc456c7bc8" + CAST(3038287259199220266 AS UBIGINT)
                ) AS "_leff3ea1197",
                (
                  "s"."_lfc456c7bc8" + CAST(2748926567846913574 AS UBIGINT)
                ) AS "_l7e02abfac1"
              FROM (
                SELECT
                  "s".*,
                  (
                    "s"."_l94a9ab6f5a" & CAST(9187201950435737471 AS UBIGINT)
                  ) AS "_la23023de53",
                  (
                    "s"."_l3a094b047c" & CAST(9187201950435737471 AS UBIGINT)
                  ) AS "_lfc456c7bc8"
                FROM (
                  SELECT
                    "s".*,
                    (
                      CAST((
                        "s"."_l2cab16b4e5" >> 64
                      ) AS UBIGINT)
                    ) AS "_l94a9ab6f5a",
                    (
                      CAST((
                        "s"."_l2cab16b4e5" & CAST(18446744073709551615 AS UINT128)
                      ) AS UBIGINT)
                    ) AS "_l3a094b047c"
                  FROM (
                    SELECT
                      "s".*,
                      (
                        TRY_CAST(TRY_CAST(ENCODE(SUBSTRING("s"."a", 1, 16)) AS BIT) AS UINT128)
                      ) AS "_l2cab16b4e5",
                      (
                        STRPOS('0123456789ABCDEFGHJKLMNPQRTUWXY', SUBSTRING("s"."a", 17, 1))
                      ) AS "_lf612403ce5",
                      (
                        STRPOS('0123456789ABCDEFGHJKLMNPQRTUWXY', SUBSTRING("s"."a", 18, 1))
                      ) AS "_l3c8fd46946"
                    FROM "main" AS "s"
                  ) AS "s"
                ) AS "s"
              ) AS "s"
            ) AS "s"
          ) AS "s"
        ) AS "s"
      ) AS "s"
    ) AS "s"
  ) AS "s"
) AS "f"
WHERE
  "f"."_mask0" <> 0;
