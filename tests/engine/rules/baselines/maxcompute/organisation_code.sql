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
            INSTR('0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ', SUBSTRING(`s`.`a`, 1, 1)) - 1
          ) * 3 + (
            INSTR('0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ', SUBSTRING(`s`.`a`, 2, 1)) - 1
          ) * 7 + (
            INSTR('0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ', SUBSTRING(`s`.`a`, 3, 1)) - 1
          ) * 9 + (
            INSTR('0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ', SUBSTRING(`s`.`a`, 4, 1)) - 1
          ) * 10 + (
            INSTR('0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ', SUBSTRING(`s`.`a`, 5, 1)) - 1
          ) * 5 + (
            INSTR('0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ', SUBSTRING(`s`.`a`, 6, 1)) - 1
          ) * 8 + (
            INSTR('0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ', SUBSTRING(`s`.`a`, 7, 1)) - 1
          ) * 4 + (
            INSTR('0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ', SUBSTRING(`s`.`a`, 8, 1)) - 1
          ) * 2 + (
            INSTR(
              '0123456789X',
              CASE WHEN LENGTH(`s`.`a`) <= 1 THEN `s`.`a` ELSE SUBSTR(`s`.`a`, -1) END
            ) - 1
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
