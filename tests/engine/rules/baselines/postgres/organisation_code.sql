SELECT
  *
FROM (
  SELECT
    "s"."n" AS "n",
    "s"."a" AS "a",
    CASE
      WHEN CASE
        WHEN "s"."a" ~ '^[0-9A-Z]{8}-?[0-9X]\Z'
        THEN (
          (
            POSITION(SUBSTRING("s"."a" FROM 1 FOR 1) IN '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ') - 1
          ) * 3 + (
            POSITION(SUBSTRING("s"."a" FROM 2 FOR 1) IN '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ') - 1
          ) * 7 + (
            POSITION(SUBSTRING("s"."a" FROM 3 FOR 1) IN '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ') - 1
          ) * 9 + (
            POSITION(SUBSTRING("s"."a" FROM 4 FOR 1) IN '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ') - 1
          ) * 10 + (
            POSITION(SUBSTRING("s"."a" FROM 5 FOR 1) IN '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ') - 1
          ) * 5 + (
            POSITION(SUBSTRING("s"."a" FROM 6 FOR 1) IN '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ') - 1
          ) * 8 + (
            POSITION(SUBSTRING("s"."a" FROM 7 FOR 1) IN '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ') - 1
          ) * 4 + (
            POSITION(SUBSTRING("s"."a" FROM 8 FOR 1) IN '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ') - 1
          ) * 2 + (
            POSITION(RIGHT("s"."a", 1) IN '0123456789X') - 1
          )
        ) % 11 = 0
        ELSE FALSE
      END
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
