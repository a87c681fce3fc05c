SELECT
  *
FROM (
  SELECT
    "s"."n" AS "n",
    "s"."a" AS "a",
    CASE
      WHEN CASE
        WHEN "s"."_lec07b40895"
        THEN (
          (
            2 * CAST("s"."_lf22e66e466" AS INT) + 7 * "s"."_l38693ad18e" + "s"."_le4a0a044f1" - 48 - 30 * (
              "s"."_le4a0a044f1" // 88
            )
          )
        ) % 11 = 1
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
        "s"."_l7b00a357b9" - CAST(4294967040 AS UBIGINT) * (
          (
            "s"."_l7b00a357b9" >> 32
          ) & CAST(4294967295 AS UBIGINT)
        )
      ) AS "_lf22e66e466"
    FROM (
      SELECT
        "s".*,
        (
          "s"."_l084f1f5529" - CAST(65520 AS UBIGINT) * (
            (
              "s"."_l084f1f5529" >> 16
            ) & CAST(281470681808895 AS UBIGINT)
          )
        ) AS "_l7b00a357b9"
      FROM (
        SELECT
          "s".*,
          (
            (
              (
                STRLEN("s"."a") = 18
              )
            )
            AND (
              (
                (
                  "s"."_lefeff7b3b1" >> 3
                ) & (
                  (
                    "s"."_lefeff7b3b1" >> 2
                  ) | (
                    "s"."_lefeff7b3b1" >> 1
                  )
                ) & CAST(1229782938247303441 AS UBIGINT) = CAST(0 AS UBIGINT)
              )
            )
            AND (
              (
                "s"."_lefeff7b3b1" >= CAST(1152921504606846976 AS UBIGINT)
                OR NOT CONTAINS("s"."a", '_')
              )
            )
            AND (
              (
                "s"."_le4a0a044f1" BETWEEN 48 AND 57 OR "s"."_le4a0a044f1" = 88
              )
            )
            AND (
              (
                "s"."_l38693ad18e" BETWEEN 1 AND 8
                AND "s"."_lefeff7b3b1" < CAST(9223372036854775808 AS UBIGINT)
              )
            )
            AND (
              (
                (
                  CAST(161601266920603150 AS UBIGINT) >> CAST((
                    "s"."_lb00072af8f" & 63
                  ) AS UBIGINT)
                ) & CAST(1 AS UBIGINT) = CAST(1 AS UBIGINT)
              )
            )
            AND (
              (
                "s"."_l0b275e3e26" BETWEEN 6144 AND 8345
              )
            )
            AND (
              (
                "s"."_lfba617d556" BETWEEN 1 AND 18
              )
            )
            AND (
              (
                "s"."_l3843e09446" >= 1
              )
            )
            AND (
              (
                "s"."_l3843e09446" <= 40
                OR CASE
                  WHEN "s"."_lfba617d556" = 2
                  THEN "s"."_l3843e09446" = 41
                  AND (
                    (
                      (
                        (
                          (
                            "s"."_l0b275e3e26" >> 3
                          ) & CAST(2 AS UBIGINT)
                        ) + "s"."_l0b275e3e26"
                      ) & CAST(3 AS UBIGINT) = CAST(0 AS UBIGINT)
                      AND "s"."_l0b275e3e26" & CAST(255 AS UBIGINT) <> CAST(0 AS UBIGINT)
                    )
                    OR "s"."_l0b275e3e26" = 8192
                  )
                  ELSE "s"."_l3843e09446" <= 48
                  OR (
                    "s"."_l3843e09446" = 49
                    AND (
                      CAST(328106 AS UBIGINT) >> "s"."_lfba617d556"
                    ) & CAST(1 AS UBIGINT) = CAST(1 AS UBIGINT)
                  )
                END
              )
            )
          ) AS "_lec07b40895",
          (
            "s"."_l9fa8a5e84e" - CAST(252 AS UBIGINT) * (
              (
                "s"."_l9fa8a5e84e" >> 8
              ) & CAST(71777214294589695 AS UBIGINT)
            )
          ) AS "_l084f1f5529"
        FROM (
          SELECT
            "s".*,
            (
              (
                "s"."_lefeff7b3b1" >> 20
              ) & CAST(255 AS UBIGINT)
            ) AS "_lfba617d556",
            (
              (
                "s"."_lefeff7b3b1" >> 12
              ) & CAST(255 AS UBIGINT)
            ) AS "_l3843e09446",
            (
              (
                "s"."_lefeff7b3b1" >> 28
              ) & CAST(65535 AS UBIGINT)
            ) AS "_l0b275e3e26",
            (
              8 * "s"."_l38693ad18e" + CAST((
                "s"."_lefeff7b3b1" >> 60
              ) AS BIGINT)
            ) AS "_lb00072af8f",
            (
              "s"."_lefeff7b3b1" - CAST(14 AS UBIGINT) * (
                (
                  "s"."_lefeff7b3b1" >> 4
                ) & CAST(1085102592571150095 AS UBIGINT)
              )
            ) AS "_l9fa8a5e84e"
          FROM (
            SELECT
              "s".*,
              (
                TRY_CAST('0x' || SUBSTRING("s"."a", 2, 16) AS UBIGINT)
              ) AS "_lefeff7b3b1",
              (
                ORD("s"."a") - 48
              ) AS "_l38693ad18e",
              (
                ORD(SUBSTRING("s"."a", 18, 1))
              ) AS "_le4a0a044f1"
            FROM "main" AS "s"
          ) AS "s"
        ) AS "s"
      ) AS "s"
    ) AS "s"
  ) AS "s"
) AS "f"
WHERE
  "f"."_mask0" <> 0;
