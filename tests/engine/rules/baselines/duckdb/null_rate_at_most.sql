SELECT
  SUM(
    CASE
      WHEN "s"."a" IS NULL
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
      THEN 1
      ELSE 0
    END
  ) AS "empty",
  COUNT(*) AS "n"
FROM "main" AS "s";
