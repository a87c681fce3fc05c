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
        WHEN CASE
          WHEN "s"."a" ~ '^[0-9A-HJ-NPQRTUWXY]{2}[0-9]{6}[0-9A-HJ-NPQRTUWXY]{10}\Z'
          THEN (
            (
              POSITION(SUBSTRING("s"."a" FROM 1 FOR 1) IN '0123456789ABCDEFGHJKLMNPQRTUWXY') - 1
            ) * 1 + (
              POSITION(SUBSTRING("s"."a" FROM 2 FOR 1) IN '0123456789ABCDEFGHJKLMNPQRTUWXY') - 1
            ) * 3 + (
              POSITION(SUBSTRING("s"."a" FROM 3 FOR 1) IN '0123456789ABCDEFGHJKLMNPQRTUWXY') - 1
            ) * 9 + (
              POSITION(SUBSTRING("s"."a" FROM 4 FOR 1) IN '0123456789ABCDEFGHJKLMNPQRTUWXY') - 1
            ) * 27 + (
              POSITION(SUBSTRING("s"."a" FROM 5 FOR 1) IN '0123456789ABCDEFGHJKLMNPQRTUWXY') - 1
            ) * 19 + (
              POSITION(SUBSTRING("s"."a" FROM 6 FOR 1) IN '0123456789ABCDEFGHJKLMNPQRTUWXY') - 1
            ) * 26 + (
              POSITION(SUBSTRING("s"."a" FROM 7 FOR 1) IN '0123456789ABCDEFGHJKLMNPQRTUWXY') - 1
            ) * 16 + (
              POSITION(SUBSTRING("s"."a" FROM 8 FOR 1) IN '0123456789ABCDEFGHJKLMNPQRTUWXY') - 1
            ) * 17 + (
              POSITION(SUBSTRING("s"."a" FROM 9 FOR 1) IN '0123456789ABCDEFGHJKLMNPQRTUWXY') - 1
            ) * 20 + (
              POSITION(SUBSTRING("s"."a" FROM 10 FOR 1) IN '0123456789ABCDEFGHJKLMNPQRTUWXY') - 1
            ) * 29 + (
              POSITION(SUBSTRING("s"."a" FROM 11 FOR 1) IN '0123456789ABCDEFGHJKLMNPQRTUWXY') - 1
            ) * 25 + (
              POSITION(SUBSTRING("s"."a" FROM 12 FOR 1) IN '0123456789ABCDEFGHJKLMNPQRTUWXY') - 1
            ) * 13 + (
              POSITION(SUBSTRING("s"."a" FROM 13 FOR 1) IN '0123456789ABCDEFGHJKLMNPQRTUWXY') - 1
            ) * 8 + (
              POSITION(SUBSTRING("s"."a" FROM 14 FOR 1) IN '0123456789ABCDEFGHJKLMNPQRTUWXY') - 1
            ) * 24 + (
              POSITION(SUBSTRING("s"."a" FROM 15 FOR 1) IN '0123456789ABCDEFGHJKLMNPQRTUWXY') - 1
            ) * 10 + (
              POSITION(SUBSTRING("s"."a" FROM 16 FOR 1) IN '0123456789ABCDEFGHJKLMNPQRTUWXY') - 1
            ) * 30 + (
              POSITION(SUBSTRING("s"."a" FROM 17 FOR 1) IN '0123456789ABCDEFGHJKLMNPQRTUWXY') - 1
            ) * 28 + (
              POSITION(SUBSTRING("s"."a" FROM 18 FOR 1) IN '0123456789ABCDEFGHJKLMNPQRTUWXY') - 1
            ) * 1
          ) % 31 = 0
          ELSE FALSE
        END
        THEN FALSE
        WHEN "s"."a" ~ '^[ 	
 　]*\Z'
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
