SELECT
  *
FROM (
  SELECT
    "s"."n" AS "n",
    "s"."a" AS "a",
    CASE
      WHEN "s"."a" IS NULL
      THEN 0
      WHEN (
        (
          CASE
            WHEN "s"."a" ~ '^([12][0-9]{3}((0[13578]|1[02])(0[1-9]|[12][0-9]|3[01])|(0[469]|11)(0[1-9]|[12][0-9]|30)|02(0[1-9]|1[0-9]|2[0-8]))|([12][0-9](0[48]|[2468][048]|[13579][26])|(12|16|20|24|28)00)0229)\Z'
            THEN SUBSTRING("s"."a" FROM 1 FOR 4) || SUBSTRING("s"."a" FROM 5 FOR 2) || SUBSTRING("s"."a" FROM 7 FOR 2)
            WHEN "s"."a" ~ '^([12][0-9]{3}-((0[13578]|1[02])-(0[1-9]|[12][0-9]|3[01])|(0[469]|11)-(0[1-9]|[12][0-9]|30)|02-(0[1-9]|1[0-9]|2[0-8]))|([12][0-9](0[48]|[2468][048]|[13579][26])|(12|16|20|24|28)00)-02-29)([ T]([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9](\.[0-9]{1,9})?)?)?\Z'
            THEN SUBSTRING("s"."a" FROM 1 FOR 4) || SUBSTRING("s"."a" FROM 6 FOR 2) || SUBSTRING("s"."a" FROM 9 FOR 2)
            ELSE NULL
          END
        ) COLLATE "C"
      ) <= (
        (
          '20261120'
        ) COLLATE "C"
      )
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
