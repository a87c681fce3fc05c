SELECT
  *
FROM (
  SELECT
    "s"."n" AS "n",
    "s"."a" AS "a",
    "s"."b" AS "b",
    CASE
      WHEN (
        (
          (
            "s"."b"
          ) COLLATE "C"
        ) = (
          (
            '残疾'
          ) COLLATE "C"
        )
      )
      AND (
        "s"."a" IS NULL OR "s"."a" ~ '^[ 	
 　]*\Z'
      )
      THEN 1
      ELSE 0
    END AS "_mask0"
  FROM "main" AS "s"
) AS "f"
WHERE
  "f"."_mask0" <> 0;
