SELECT
  *
FROM (
  SELECT
    "s"."n" AS "n",
    "s"."a" AS "a",
    CASE
      WHEN LENGTH("s"."a") BETWEEN 2 AND 4
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
