SELECT
  MAX("s"."a") AS "v",
  COUNT(*) AS "n"
FROM "main" AS "s"
GROUP BY
  "s"."a"
LIMIT 1001;
