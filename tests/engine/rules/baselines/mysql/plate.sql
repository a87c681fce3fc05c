SELECT
  *
FROM (
  SELECT
    `s`.`n` AS `n`,
    `s`.`a` AS `a`,
    CASE
      WHEN CAST(`s`.`a` AS CHAR CHARACTER SET utf8mb4) COLLATE utf8mb4_bin REGEXP '^([京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼][A-HJ-NP-Z][A-HJ-NP-Z0-9]{4}[A-HJ-NP-Z0-9挂学警港澳]|[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼][A-HJ-NP-Z]([A-HJK][A-HJ-NP-Z0-9][0-9]{4}|[0-9]{5}[A-HJK])|[0-9]{6}使|使[0-9]{6}|[A-HJ-NP-Z][0-9]{5}领|领[0-9]{6})\\z'
      THEN 0
      WHEN `s`.`a` IS NULL
      THEN 0
      WHEN CAST(`s`.`a` AS CHAR CHARACTER SET utf8mb4) COLLATE utf8mb4_bin REGEXP '^[ \t\n\r 　]*\\z'
      THEN 0
      ELSE 1
    END AS `_mask0`
  FROM `main` AS `s`
) AS `f`
WHERE
  `f`.`_mask0` <> 0;
