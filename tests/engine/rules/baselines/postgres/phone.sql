SELECT
  *
FROM (
  SELECT
    "s"."n" AS "n",
    "s"."a" AS "a",
    CASE
      WHEN "s"."a" ~ '^((0(10|2[0-9]|[3-9][0-9]{2})-?)?[2-9][0-9]{6,7}(-[0-9]{1,6})?|[48]00-?[0-9]{3}-?[0-9]{4}|1[0-9]{4}|12[0-9]{3}|9[56][0-9]{3,4}|1[3-9][0-9]{9})\Z'
      THEN 0
      WHEN "s"."a" IS NULL
      THEN 0
      WHEN "s"."a" ~ '^[ 	
 　]*\Z'
      THEN 0
      ELSE 1
    END AS "_mask0"
  FROM "main" AS "s"
) AS "f"
WHERE
  "f"."_mask0" <> 0;
