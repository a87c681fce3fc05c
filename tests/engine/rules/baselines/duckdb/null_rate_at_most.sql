SELECT
  SUM(
    CASE
      WHEN "s"."a" IS NULL OR REGEXP_MATCHES("s"."a", '^[ 	
 　]*\z')
      THEN 1
      ELSE 0
    END
  ) AS "empty",
  COUNT(*) AS "n"
FROM "main" AS "s";
