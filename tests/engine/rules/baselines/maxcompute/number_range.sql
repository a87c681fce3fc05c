SELECT
  *
FROM (
  SELECT
    `s`.`n` AS `n`,
    `s`.`a` AS `a`,
    CASE
      WHEN CASE
        WHEN `s`.`a` IS NULL
        THEN FALSE
        WHEN CASE
          WHEN `s`.`a` RLIKE '^[+\\-]?[0-9]{1,12}(\\.[0-9]{1,6})?\\z'
          THEN CAST(`s`.`a` AS DECIMAL(18, 6))
          ELSE NULL
        END BETWEEN 0 AND 150
        THEN FALSE
        WHEN `s`.`a` RLIKE '^[ \t\n\r\014\013 　]*\\z'
        THEN FALSE
        ELSE TRUE
      END
      THEN 1
      ELSE 0
    END AS `_mask0`
  FROM `main` AS `s`
) AS `f`
WHERE
  `f`.`_mask0` <> 0;
