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
            INSTR('0123456789ABCDEFGHJKLMNPQRTUWXY', SUBSTRING(`s`.`a`, 1, 1)) - 1
          ) * 1 + (
            INSTR('0123456789ABCDEFGHJKLMNPQRTUWXY', SUBSTRING(`s`.`a`, 2, 1)) - 1
          ) * 3 + (
            INSTR('0123456789ABCDEFGHJKLMNPQRTUWXY', SUBSTRING(`s`.`a`, 3, 1)) - 1
          ) * 9 + (
            INSTR('0123456789ABCDEFGHJKLMNPQRTUWXY', SUBSTRING(`s`.`a`, 4, 1)) - 1
          ) * 27 + (
            INSTR('0123456789ABCDEFGHJKLMNPQRTUWXY', SUBSTRING(`s`.`a`, 5, 1)) - 1
          ) * 19 + (
            INSTR('0123456789ABCDEFGHJKLMNPQRTUWXY', SUBSTRING(`s`.`a`, 6, 1)) - 1
          ) * 26 + (
            INSTR('0123456789ABCDEFGHJKLMNPQRTUWXY', SUBSTRING(`s`.`a`, 7, 1)) - 1
          ) * 16 + (
            INSTR('0123456789ABCDEFGHJKLMNPQRTUWXY', SUBSTRING(`s`.`a`, 8, 1)) - 1
          ) * 17 + (
            INSTR('0123456789ABCDEFGHJKLMNPQRTUWXY', SUBSTRING(`s`.`a`, 9, 1)) - 1
          ) * 20 + (
            INSTR('0123456789ABCDEFGHJKLMNPQRTUWXY', SUBSTRING(`s`.`a`, 10, 1)) - 1
          ) * 29 + (
            INSTR('0123456789ABCDEFGHJKLMNPQRTUWXY', SUBSTRING(`s`.`a`, 11, 1)) - 1
          ) * 25 + (
            INSTR('0123456789ABCDEFGHJKLMNPQRTUWXY', SUBSTRING(`s`.`a`, 12, 1)) - 1
          ) * 13 + (
            INSTR('0123456789ABCDEFGHJKLMNPQRTUWXY', SUBSTRING(`s`.`a`, 13, 1)) - 1
          ) * 8 + (
            INSTR('0123456789ABCDEFGHJKLMNPQRTUWXY', SUBSTRING(`s`.`a`, 14, 1)) - 1
          ) * 24 + (
            INSTR('0123456789ABCDEFGHJKLMNPQRTUWXY', SUBSTRING(`s`.`a`, 15, 1)) - 1
          ) * 10 + (
            INSTR('0123456789ABCDEFGHJKLMNPQRTUWXY', SUBSTRING(`s`.`a`, 16, 1)) - 1
          ) * 30 + (
            INSTR('0123456789ABCDEFGHJKLMNPQRTUWXY', SUBSTRING(`s`.`a`, 17, 1)) - 1
          ) * 28 + (
            INSTR('0123456789ABCDEFGHJKLMNPQRTUWXY', SUBSTRING(`s`.`a`, 18, 1)) - 1
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
