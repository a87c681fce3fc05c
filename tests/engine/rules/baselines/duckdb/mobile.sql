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
        WHEN REGEXP_MATCHES("s"."a", '^1[3-9][0-9]{9}\z')
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
  FROM "main" AS "s"
) AS "f"
WHERE
  "f"."_mask0" <> 0;
