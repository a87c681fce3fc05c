SELECT
  MAX(`s`.`a`) AS `newest`
FROM `main` AS `s`;
