SELECT
  SUM(
    CASE
      WHEN "s"."a" IS NULL OR "s"."a" ~ '^[ 	
 　]*\Z'
      THEN 1
      ELSE 0
    END
  ) AS "empty",
  COUNT(*) AS "n"
FROM "main" AS "s";
