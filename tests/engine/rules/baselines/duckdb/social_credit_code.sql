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
        WHEN CASE
          WHEN REGEXP_MATCHES("s"."a", '^[0-9A-HJ-NPQRTUWXY]{2}[0-9]{6}[0-9A-HJ-NPQRTUWXY]{10}\z')
          THEN (
            STRPOS('0123456789ABCDEFGHJKLMNPQRTUWXY', SUBSTRING("s"."a", 1, 1)) * 1 + STRPOS('0123456789ABCDEFGHJKLMNPQRTUWXY', SUBSTRING("s"."a", 2, 1)) * 3 + STRPOS('0123456789ABCDEFGHJKLMNPQRTUWXY', SUBSTRING("s"."a", 9, 1)) * 20 + STRPOS('0123456789ABCDEFGHJKLMNPQRTUWXY', SUBSTRING("s"."a", 10, 1)) * 29 + STRPOS('0123456789ABCDEFGHJKLMNPQRTUWXY', SUBSTRING("s"."a", 11, 1)) * 25 + STRPOS('0123456789ABCDEFGHJKLMNPQRTUWXY', SUBSTRING("s"."a", 12, 1)) * 13 + STRPOS('0123456789ABCDEFGHJKLMNPQRTUWXY', SUBSTRING("s"."a", 13, 1)) * 8 + STRPOS('0123456789ABCDEFGHJKLMNPQRTUWXY', SUBSTRING("s"."a", 14, 1)) * 24 + STRPOS('0123456789ABCDEFGHJKLMNPQRTUWXY', SUBSTRING("s"."a", 15, 1)) * 10 + STRPOS('0123456789ABCDEFGHJKLMNPQRTUWXY', SUBSTRING("s"."a", 16, 1)) * 30 + STRPOS('0123456789ABCDEFGHJKLMNPQRTUWXY', SUBSTRING("s"."a", 17, 1)) * 28 + STRPOS('0123456789ABCDEFGHJKLMNPQRTUWXY', SUBSTRING("s"."a", 18, 1)) * 1 - 192 + (
              "s"."_r0l0" % 31 + (
                "s"."_r0l0" // 10
              ) * 11 + (
                "s"."_r0l0" // 100
              ) * 14 + (
                "s"."_r0l0" // 1000
              ) * 15 + (
                "s"."_r0l0" // 10000
              ) * 5 + (
                "s"."_r0l0" // 100000
              ) * 12
            ) * 17
          ) % 31 = 0
          ELSE FALSE
        END
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
      TRY_CAST(SUBSTRING("s"."a", 3, 6) AS INT) AS "_r0l0"
    FROM "main" AS "s"
  ) AS "s"
) AS "f"
WHERE
  "f"."_mask0" <> 0;
