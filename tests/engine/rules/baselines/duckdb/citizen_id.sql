SELECT
  *
FROM (
  SELECT
    "s"."n" AS "n",
    "s"."a" AS "a",
    CASE
      WHEN CASE
        WHEN "s"."a" IS NULL
        THEN FALSE
        WHEN CASE WHEN "s"."_r0l0" THEN (
          "s"."_r0l1"
        ) % 11 = 1 ELSE FALSE END
        THEN FALSE
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
        THEN FALSE
        ELSE TRUE
      END
      THEN 1
      ELSE 0
    END AS "_mask0"
  FROM (
    SELECT
      "s".*,
      REGEXP_MATCHES(
        "s"."a",
        '^(1[1-5]|2[1-3]|3[1-7]|4[1-6]|5[0-4]|6[1-5]|71|8[1-3])[0-9]{4}((18|19|20)[0-9]{2}((0[13578]|1[02])(0[1-9]|[12][0-9]|3[01])|(0[469]|11)(0[1-9]|[12][0-9]|30)|02(0[1-9]|1[0-9]|2[0-8]))|([12][0-9](0[48]|[2468][048]|[13579][26])|(12|16|20|24|28)00)0229)[0-9]{3}[0-9X]\z'
      ) AS "_r0l0",
      2 * CAST((
        (
          (
            (
              TRY_CAST('0x' || SUBSTRING("s"."a", 2, 16) AS UBIGINT) - CAST(14 AS UBIGINT) * (
                (
                  TRY_CAST('0x' || SUBSTRING("s"."a", 2, 16) AS UBIGINT) >> 4
                ) & CAST(1085102592571150095 AS UBIGINT)
              )
            ) - CAST(252 AS UBIGINT) * (
              (
                (
                  TRY_CAST('0x' || SUBSTRING("s"."a", 2, 16) AS UBIGINT) - CAST(14 AS UBIGINT) * (
                    (
                      TRY_CAST('0x' || SUBSTRING("s"."a", 2, 16) AS UBIGINT) >> 4
                    ) & CAST(1085102592571150095 AS UBIGINT)
                  )
                ) >> 8
              ) & CAST(71777214294589695 AS UBIGINT)
            )
          ) - CAST(65520 AS UBIGINT) * (
            (
              (
                (
                  TRY_CAST('0x' || SUBSTRING("s"."a", 2, 16) AS UBIGINT) - CAST(14 AS UBIGINT) * (
                    (
                      TRY_CAST('0x' || SUBSTRING("s"."a", 2, 16) AS UBIGINT) >> 4
                    ) & CAST(1085102592571150095 AS UBIGINT)
                  )
                ) - CAST(252 AS UBIGINT) * (
                  (
                    (
                      TRY_CAST('0x' || SUBSTRING("s"."a", 2, 16) AS UBIGINT) - CAST(14 AS UBIGINT) * (
                        (
                          TRY_CAST('0x' || SUBSTRING("s"."a", 2, 16) AS UBIGINT) >> 4
                        ) & CAST(1085102592571150095 AS UBIGINT)
                      )
                    ) >> 8
                  ) & CAST(71777214294589695 AS UBIGINT)
                )
              ) >> 16
            ) & CAST(281470681808895 AS UBIGINT)
          )
        ) - CAST(4294967040 AS UBIGINT) * (
          (
            (
              (
                (
                  TRY_CAST('0x' || SUBSTRING("s"."a", 2, 16) AS UBIGINT) - CAST(14 AS UBIGINT) * (
                    (
                      TRY_CAST('0x' || SUBSTRING("s"."a", 2, 16) AS UBIGINT) >> 4
                    ) & CAST(1085102592571150095 AS UBIGINT)
                  )
                ) - CAST(252 AS UBIGINT) * (
                  (
                    (
                      TRY_CAST('0x' || SUBSTRING("s"."a", 2, 16) AS UBIGINT) - CAST(14 AS UBIGINT) * (
                        (
                          TRY_CAST('0x' || SUBSTRING("s"."a", 2, 16) AS UBIGINT) >> 4
                        ) & CAST(1085102592571150095 AS UBIGINT)
                      )
                    ) >> 8
                  ) & CAST(71777214294589695 AS UBIGINT)
                )
              ) - CAST(65520 AS UBIGINT) * (
                (
                  (
                    (
                      TRY_CAST('0x' || SUBSTRING("s"."a", 2, 16) AS UBIGINT) - CAST(14 AS UBIGINT) * (
                        (
                          TRY_CAST('0x' || SUBSTRING("s"."a", 2, 16) AS UBIGINT) >> 4
                        ) & CAST(1085102592571150095 AS UBIGINT)
                      )
                    ) - CAST(252 AS UBIGINT) * (
                      (
                        (
                          TRY_CAST('0x' || SUBSTRING("s"."a", 2, 16) AS UBIGINT) - CAST(14 AS UBIGINT) * (
                            (
                              TRY_CAST('0x' || SUBSTRING("s"."a", 2, 16) AS UBIGINT) >> 4
                            ) & CAST(1085102592571150095 AS UBIGINT)
                          )
                        ) >> 8
                      ) & CAST(71777214294589695 AS UBIGINT)
                    )
                  ) >> 16
                ) & CAST(281470681808895 AS UBIGINT)
              )
            ) >> 32
          ) & CAST(4294967295 AS UBIGINT)
        )
      ) AS INT) + (
        ORD("s"."a") - 48
      ) * 7 + (
        ORD(SUBSTRING("s"."a", 18, 1)) - (
          30 * (
            ORD(SUBSTRING("s"."a", 18, 1)) // 88
          ) + 48
        )
      ) AS "_r0l1"
    FROM "main" AS "s"
  ) AS "s"
) AS "f"
WHERE
  "f"."_mask0" <> 0;
