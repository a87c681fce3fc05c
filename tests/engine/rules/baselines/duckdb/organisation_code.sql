SELECT
  *
FROM (
  SELECT
    "s"."n" AS "n",
    "s"."a" AS "a",
    CASE
      WHEN CASE
        WHEN REGEXP_EXTRACT("s"."a", '^[0-9A-Z]{8}-?[0-9X]\z') <> ''
        THEN (
          STRPOS('0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ', SUBSTRING("s"."a", 1, 1)) * 3 + STRPOS('0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ', SUBSTRING("s"."a", 2, 1)) * 7 + STRPOS('0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ', SUBSTRING("s"."a", 3, 1)) * 9 + STRPOS('0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ', SUBSTRING("s"."a", 4, 1)) * 10 + STRPOS('0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ', SUBSTRING("s"."a", 5, 1)) * 5 + STRPOS('0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ', SUBSTRING("s"."a", 6, 1)) * 8 + STRPOS('0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ', SUBSTRING("s"."a", 7, 1)) * 4 + STRPOS('0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ', SUBSTRING("s"."a", 8, 1)) * 2 - 48 + (
            STRPOS('0123456789X', RIGHT("s"."a", 1)) - 1
          )
        ) % 11 = 0
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
  FROM "main" AS "s"
) AS "f"
WHERE
  "f"."_mask0" <> 0;
