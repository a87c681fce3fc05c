SELECT
  *
FROM (
  SELECT
    "s"."n" AS "n",
    "s"."a" AS "a",
    "s"."b" AS "b",
    "s"."c" AS "c",
    CASE
      WHEN "s"."_lec07b40895"
      THEN CASE
        WHEN (
          SUBSTRING("s"."a", 7, 8) <> CASE
            WHEN REGEXP_EXTRACT(
              "s"."b",
              '^([12][0-9]{3}((0[13578]|1[02])(0[1-9]|[12][0-9]|3[01])|(0[469]|11)(0[1-9]|[12][0-9]|30)|02(0[1-9]|1[0-9]|2[0-8]))|([12][0-9](0[48]|[2468][048]|[13579][26])|(12|16|20|24|28)00)0229)\z'
            ) <> ''
            THEN SUBSTRING("s"."b", 1, 4) || SUBSTRING("s"."b", 5, 2) || SUBSTRING("s"."b", 7, 2)
            WHEN REGEXP_EXTRACT(
              "s"."b",
              '^(([12][0-9]{3}-((0[13578]|1[02])-(0[1-9]|[12][0-9]|3[01])|(0[469]|11)-(0[1-9]|[12][0-9]|30)|02-(0[1-9]|1[0-9]|2[0-8]))|([12][0-9](0[48]|[2468][048]|[13579][26])|(12|16|20|24|28)00)-02-29)([ T]([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9](\.[0-9]{1,9})?)?)?|([12][0-9]{3}/((0[13578]|1[02])/(0[1-9]|[12][0-9]|3[01])|(0[469]|11)/(0[1-9]|[12][0-9]|30)|02/(0[1-9]|1[0-9]|2[0-8]))|([12][0-9](0[48]|[2468][048]|[13579][26])|(12|16|20|24|28)00)/02/29)([ T]([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9](\.[0-9]{1,9})?)?)?|([12][0-9]{3}\.((0[13578]|1[02])\.(0[1-9]|[12][0-9]|3[01])|(0[469]|11)\.(0[1-9]|[12][0-9]|30)|02\.(0[1-9]|1[0-9]|2[0-8]))|([12][0-9](0[48]|[2468][048]|[13579][26])|(12|16|20|24|28)00)\.02\.29))\z'
            ) <> ''
            THEN SUBSTRING("s"."b", 1, 4) || SUBSTRING("s"."b", 6, 2) || SUBSTRING("s"."b", 9, 2)
            ELSE NULL
          END
        )
        OR (
          "s"."c" IN ('男', '1', '男性')
          AND (
            "s"."_lefeff7b3b1" & CAST(1 AS UBIGINT) = CAST(0 AS UBIGINT)
          )
        )
        OR (
          "s"."c" IN ('女', '2', '女性')
          AND (
            "s"."_lefeff7b3b1" & CAST(1 AS UBIGINT) = CAST(1 AS UBIGINT)
          )
        )
        THEN 1
        ELSE 0
      END
      ELSE 0
    END AS "_mask0"
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
      ) AS "_lec07b40895"
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
        ) AS "_lb00072af8f"
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
) AS "f"
WHERE
  "f"."_mask0" <> 0;
