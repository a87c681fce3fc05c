SELECT
  *
FROM (
  SELECT
    "s"."n" AS "n",
    "s"."a" AS "a",
    CASE
      WHEN CASE
        WHEN "s"."_led85f7e29a"
        THEN TRUE
        ELSE REGEXP_EXTRACT("s"."a", '^1[3-9][0-9]{9}\z') <> ''
      END
      THEN 0
      WHEN "s"."a" IS NULL
      THEN 0
      WHEN CASE
        WHEN "s"."a" < '!'
        OR (
          "s"."a" >= ' ' AND "s"."a" < '¡'
        )
        OR (
          "s"."a" >= '　' AND "s"."a" < '、'
        )
        THEN REGEXP_MATCHES("s"."a", '^[ 	
 　]*\z')
        ELSE FALSE
      END
      THEN 0
      ELSE 1
    END AS "_mask0"
  FROM (
    SELECT
      "s".*,
      (
        STRLEN("s"."a") = 11
        AND "s"."a" >= '1'
        AND "s"."_lefd2e4a094" BETWEEN 13000000000 AND 19999999999
        AND "s"."_lefd2e4a094" % 100 <> 0
      ) AS "_led85f7e29a"
    FROM (
      SELECT
        "s".*,
        (
          TRY_CAST("s"."a" AS BIGINT)
        ) AS "_lefd2e4a094"
      FROM "main" AS "s"
    ) AS "s"
  ) AS "s"
) AS "f"
WHERE
  "f"."_mask0" <> 0;
