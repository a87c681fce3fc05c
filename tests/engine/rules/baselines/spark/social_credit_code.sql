SELECT
  *
FROM (
  SELECT
    `s`.`n` AS `n`,
    `s`.`a` AS `a`,
    CASE
      WHEN CASE
        WHEN `s`.`a` RLIKE '^[0-9A-HJ-NPQRTUWXY]{2}[0-9]{6}[0-9A-HJ-NPQRTUWXY]{10}\\z'
        THEN (
          (
            LOCATE(SUBSTRING(`s`.`a`, 1, 1), '0123456789ABCDEFGHJKLMNPQRTUWXY') - 1
          ) * 1 + (
            LOCATE(SUBSTRING(`s`.`a`, 2, 1), '0123456789ABCDEFGHJKLMNPQRTUWXY') - 1
          ) * 3 + (
            LOCATE(SUBSTRING(`s`.`a`, 3, 1), '0123456789ABCDEFGHJKLMNPQRTUWXY') - 1
          ) * 9 + (
            LOCATE(SUBSTRING(`s`.`a`, 4, 1), '0123456789ABCDEFGHJKLMNPQRTUWXY') - 1
          ) * 27 + (
            LOCATE(SUBSTRING(`s`.`a`, 5, 1), '0123456789ABCDEFGHJKLMNPQRTUWXY') - 1
          ) * 19 + (
            LOCATE(SUBSTRING(`s`.`a`, 6, 1), '0123456789ABCDEFGHJKLMNPQRTUWXY') - 1
          ) * 26 + (
            LOCATE(SUBSTRING(`s`.`a`, 7, 1), '0123456789ABCDEFGHJKLMNPQRTUWXY') - 1
          ) * 16 + (
            LOCATE(SUBSTRING(`s`.`a`, 8, 1), '0123456789ABCDEFGHJKLMNPQRTUWXY') - 1
          ) * 17 + (
            LOCATE(SUBSTRING(`s`.`a`, 9, 1), '0123456789ABCDEFGHJKLMNPQRTUWXY') - 1
          ) * 20 + (
            LOCATE(SUBSTRING(`s`.`a`, 10, 1), '0123456789ABCDEFGHJKLMNPQRTUWXY') - 1
          ) * 29 + (
            LOCATE(SUBSTRING(`s`.`a`, 11, 1), '0123456789ABCDEFGHJKLMNPQRTUWXY') - 1
          ) * 25 + (
            LOCATE(SUBSTRING(`s`.`a`, 12, 1), '0123456789ABCDEFGHJKLMNPQRTUWXY') - 1
          ) * 13 + (
            LOCATE(SUBSTRING(`s`.`a`, 13, 1), '0123456789ABCDEFGHJKLMNPQRTUWXY') - 1
          ) * 8 + (
            LOCATE(SUBSTRING(`s`.`a`, 14, 1), '0123456789ABCDEFGHJKLMNPQRTUWXY') - 1
          ) * 24 + (
            LOCATE(SUBSTRING(`s`.`a`, 15, 1), '0123456789ABCDEFGHJKLMNPQRTUWXY') - 1
          ) * 10 + (
            LOCATE(SUBSTRING(`s`.`a`, 16, 1), '0123456789ABCDEFGHJKLMNPQRTUWXY') - 1
          ) * 30 + (
            LOCATE(SUBSTRING(`s`.`a`, 17, 1), '0123456789ABCDEFGHJKLMNPQRTUWXY') - 1
          ) * 28 + (
            LOCATE(SUBSTRING(`s`.`a`, 18, 1), '0123456789ABCDEFGHJKLMNPQRTUWXY') - 1
          ) * 1
        ) % 31 = 0
        ELSE FALSE
      END
      THEN 0
      WHEN `s`.`a` IS NULL
      THEN 0
      WHEN `s`.`a` RLIKE '^[ \t\n\r\014\013 　]*\\z'
      THEN 0
      ELSE 1
    END AS `_mask0`
  FROM `main` AS `s`
) AS `f`
WHERE
  `f`.`_mask0` <> 0;
