SELECT
  COUNT(*) AS `n`
FROM `main` AS `s`;
