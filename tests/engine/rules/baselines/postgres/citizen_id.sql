SELECT
  *
FROM (
  SELECT
    "s"."n" AS "n",
    "s"."a" AS "a",
    CASE
      WHEN CASE
        WHEN "s"."a" ~ '^(1[1-5]|2[1-3]|3[1-7]|4[1-6]|5[0-4]|6[1-5]|71|8[1-3])[0-9]{4}((18|19|20)[0-9]{2}((0[13578]|1[02])(0[1-9]|[12][0-9]|3[01])|(0[469]|11)(0[1-9]|[12][0-9]|30)|02(0[1-9]|1[0-9]|2[0-8]))|([12][0-9](0[48]|[2468][048]|[13579][26])|(12|16|20|24|28)00)0229)[0-9]{3}[0-9X]\Z'
        THEN (
          (
            POSITION(SUBSTRING("s"."a" FROM 1 FOR 1) IN '0123456789X') - 1
          ) * 7 + (
            POSITION(SUBSTRING("s"."a" FROM 2 FOR 1) IN '0123456789X') - 1
          ) * 9 + (
            POSITION(SUBSTRING("s"."a" FROM 3 FOR 1) IN '0123456789X') - 1
          ) * 10 + (
            POSITION(SUBSTRING("s"."a" FROM 4 FOR 1) IN '0123456789X') - 1
          ) * 5 + (
            POSITION(SUBSTRING("s"."a" FROM 5 FOR 1) IN '0123456789X') - 1
          ) * 8 + (
            POSITION(SUBSTRING("s"."a" FROM 6 FOR 1) IN '0123456789X') - 1
          ) * 4 + (
            POSITION(SUBSTRING("s"."a" FROM 7 FOR 1) IN '0123456789X') - 1
          ) * 2 + (
            POSITION(SUBSTRING("s"."a" FROM 8 FOR 1) IN '0123456789X') - 1
          ) * 1 + (
            POSITION(SUBSTRING("s"."a" FROM 9 FOR 1) IN '0123456789X') - 1
          ) * 6 + (
            POSITION(SUBSTRING("s"."a" FROM 10 FOR 1) IN '0123456789X') - 1
          ) * 3 + (
            POSITION(SUBSTRING("s"."a" FROM 11 FOR 1) IN '0123456789X') - 1
          ) * 7 + (
            POSITION(SUBSTRING("s"."a" FROM 12 FOR 1) IN '0123456789X') - 1
          ) * 9 + (
            POSITION(SUBSTRING("s"."a" FROM 13 FOR 1) IN '0123456789X') - 1
          ) * 10 + (
            POSITION(SUBSTRING("s"."a" FROM 14 FOR 1) IN '0123456789X') - 1
          ) * 5 + (
            POSITION(SUBSTRING("s"."a" FROM 15 FOR 1) IN '0123456789X') - 1
          ) * 8 + (
            POSITION(SUBSTRING("s"."a" FROM 16 FOR 1) IN '0123456789X') - 1
          ) * 4 + (
            POSITION(SUBSTRING("s"."a" FROM 17 FOR 1) IN '0123456789X') - 1
          ) * 2 + (
            POSITION(SUBSTRING("s"."a" FROM 18 FOR 1) IN '0123456789X') - 1
          ) * 1
        ) % 11 = 1
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
