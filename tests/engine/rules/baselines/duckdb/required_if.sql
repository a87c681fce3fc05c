SELECT
  *
FROM (
  SELECT
    "s"."n" AS "n",
    "s"."a" AS "a",
    "s"."b" AS "b",
    CASE
      WHEN (
        "s"."b" = '残疾'
      )
      AND (
        "s"."a" IS NULL
        OR CASE
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
      )
      THEN 1
      ELSE 0
    END AS "_mask0"
  FROM "main" AS "s"
) AS "f"
WHERE
  "f"."_mask0" <> 0;
