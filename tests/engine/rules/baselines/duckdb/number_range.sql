SELECT
  *
FROM (
  SELECT
    "s"."n" AS "n",
    "s"."a" AS "a",
    CASE
      WHEN "s"."a" IS NULL
      THEN 0
      WHEN CASE
        WHEN REGEXP_EXTRACT("s"."a", '^[+\-]?[0-9]{1,12}(\.[0-9]{1,6})?\z') <> ''
        THEN TRY_CAST("s"."a" AS DECIMAL(18, 6))
        ELSE NULL
      END BETWEEN 0 AND 150
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
