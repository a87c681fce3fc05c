SELECT
  *
FROM (
  SELECT
    `s`.`n` AS `n`,
    `s`.`a` AS `a`,
    CASE
      WHEN CASE
        WHEN `s`.`a` RLIKE '^[0-9A-Z]{8}-?[0-9X]\\z'
        THEN (
          (
            LOCATE(SUBSTRING(`s`.`a`, 1, 1), '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ') - 1
          ) * 3 + (
            LOCATE(SUBSTRING(`s`.`a`, 2, 1), '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ') - 1
          ) * 7 + (
            LOCATE(SUBSTRING(`s`.`a`, 3, 1), '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ') - 1
          ) * 9 + (
            LOCATE(SUBSTRING(`s`.`a`, 4, 1), '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ') - 1
          ) * 10 + (
            LOCATE(SUBSTRING(`s`.`a`, 5, 1), '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ') - 1
          ) * 5 + (
            LOCATE(SUBSTRING(`s`.`a`, 6, 1), '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ') - 1
          ) * 8 + (
            LOCATE(SUBSTRING(`s`.`a`, 7, 1), '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ') - 1
          ) * 4 + (
            LOCATE(SUBSTRING(`s`.`a`, 8, 1), '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ') - 1
          ) * 2 + (
            LOCATE(RIGHT(`s`.`a`, 1), '0123456789X') - 1
          )
        ) % 11 = 0
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
