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
          WHEN REGEXP_MATCHES("s"."a", '^[0-9A-HJ-NPQRTUWXY]{2}[0-9]{6}[0-9A-HJ-NPQRTUWXY]{10}\z')
          THEN (
            "s"."_r0l0"
          ) % 31 = 0
          ELSE FALSE
        END
        THEN FALSE
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
        THEN FALSE
        ELSE TRUE
      END
      THEN 1
      ELSE 0
    END AS "_mask0"
  FROM (
    SELECT
      "s".*,
      CAST((
        (
          (
            (
              (
                (
                  (
                    (
                      (
                        (
                          (
                            TRY_CAST(TRY_CAST(ENCODE(SUBSTRING("s"."a", 1, 8)) AS BIT) AS UBIGINT) & CAST(9187201950435737471 AS UBIGINT)
                          ) + CAST(1157442765409226768 AS UBIGINT) - (
                            CAST(7 AS UBIGINT) * (
                              (
                                (
                                  TRY_CAST(TRY_CAST(ENCODE(SUBSTRING("s"."a", 1, 8)) AS BIT) AS UBIGINT) & CAST(9187201950435737471 AS UBIGINT)
                                ) >> 6
                              ) & CAST(72340172838076673 AS UBIGINT)
                            ) + (
                              (
                                (
                                  (
                                    TRY_CAST(TRY_CAST(ENCODE(SUBSTRING("s"."a", 1, 8)) AS BIT) AS UBIGINT) & CAST(9187201950435737471 AS UBIGINT)
                                  ) + CAST(3906369333256140342 AS UBIGINT)
                                ) >> 7
                              ) & CAST(72340172838076673 AS UBIGINT)
                            ) + (
                              (
                                (
                                  (
                                    TRY_CAST(TRY_CAST(ENCODE(SUBSTRING("s"."a", 1, 8)) AS BIT) AS UBIGINT) & CAST(9187201950435737471 AS UBIGINT)
                                  ) + CAST(3472328296227680304 AS UBIGINT)
                                ) >> 7
                              ) & CAST(72340172838076673 AS UBIGINT)
                            ) + (
                              (
                                (
                                  (
                                    TRY_CAST(TRY_CAST(ENCODE(SUBSTRING("s"."a", 1, 8)) AS BIT) AS UBIGINT) & CAST(9187201950435737471 AS UBIGINT)
                                  ) + CAST(3182967604875373612 AS UBIGINT)
                                ) >> 7
                              ) & CAST(72340172838076673 AS UBIGINT)
                            ) + (
                              (
                                (
                                  (
                                    TRY_CAST(TRY_CAST(ENCODE(SUBSTRING("s"."a", 1, 8)) AS BIT) AS UBIGINT) & CAST(9187201950435737471 AS UBIGINT)
                                  ) + CAST(2965947086361143593 AS UBIGINT)
                                ) >> 7
                              ) & CAST(72340172838076673 AS UBIGINT)
                            )
                          )
                        ) >> 8
                      ) & CAST(71777214294589695 AS UBIGINT)
                    ) + CAST(3 AS UBIGINT) * (
                      (
                        (
                          TRY_CAST(TRY_CAST(ENCODE(SUBSTRING("s"."a", 1, 8)) AS BIT) AS UBIGINT) & CAST(9187201950435737471 AS UBIGINT)
                        ) + CAST(1157442765409226768 AS UBIGINT) - (
                          CAST(7 AS UBIGINT) * (
                            (
                              (
                                TRY_CAST(TRY_CAST(ENCODE(SUBSTRING("s"."a", 1, 8)) AS BIT) AS UBIGINT) & CAST(9187201950435737471 AS UBIGINT)
                              ) >> 6
                            ) & CAST(72340172838076673 AS UBIGINT)
                          ) + (
                            (
                              (
                                (
                                  TRY_CAST(TRY_CAST(ENCODE(SUBSTRING("s"."a", 1, 8)) AS BIT) AS UBIGINT) & CAST(9187201950435737471 AS UBIGINT)
                                ) + CAST(3906369333256140342 AS UBIGINT)
                              ) >> 7
                            ) & CAST(72340172838076673 AS UBIGINT)
                          ) + (
                            (
                              (
                                (
                                  TRY_CAST(TRY_CAST(ENCODE(SUBSTRING("s"."a", 1, 8)) AS BIT) AS UBIGINT) & CAST(9187201950435737471 AS UBIGINT)
                                ) + CAST(3472328296227680304 AS UBIGINT)
                              ) >> 7
                            ) & CAST(72340172838076673 AS UBIGINT)
                          ) + (
                            (
                              (
                                (
                                  TRY_CAST(TRY_CAST(ENCODE(SUBSTRING("s"."a", 1, 8)) AS BIT) AS UBIGINT) & CAST(9187201950435737471 AS UBIGINT)
                                ) + CAST(3182967604875373612 AS UBIGINT)
                              ) >> 7
                            ) & CAST(72340172838076673 AS UBIGINT)
                          ) + (
                            (
                              (
                                (
                                  TRY_CAST(TRY_CAST(ENCODE(SUBSTRING("s"."a", 1, 8)) AS BIT) AS UBIGINT) & CAST(9187201950435737471 AS UBIGINT)
                                ) + CAST(2965947086361143593 AS UBIGINT)
                              ) >> 7
                            ) & CAST(72340172838076673 AS UBIGINT)
                          )
                        )
                      ) & CAST(71777214294589695 AS UBIGINT)
                    )
                  ) >> 16
                ) & CAST(281470681808895 AS UBIGINT)
              ) + CAST(9 AS UBIGINT) * (
                (
                  (
                    (
                      (
                        (
                          TRY_CAST(TRY_CAST(ENCODE(SUBSTRING("s"."a", 1, 8)) AS BIT) AS UBIGINT) & CAST(9187201950435737471 AS UBIGINT)
                        ) + CAST(1157442765409226768 AS UBIGINT) - (
                          CAST(7 AS UBIGINT) * (
                            (
                              (
                                TRY_CAST(TRY_CAST(ENCODE(SUBSTRING("s"."a", 1, 8)) AS BIT) AS UBIGINT) & CAST(9187201950435737471 AS UBIGINT)
                              ) >> 6
                            ) & CAST(72340172838076673 AS UBIGINT)
                          ) + (
                            (
                              (
                                (
                                  TRY_CAST(TRY_CAST(ENCODE(SUBSTRING("s"."a", 1, 8)) AS BIT) AS UBIGINT) & CAST(9187201950435737471 AS UBIGINT)
                                ) + CAST(3906369333256140342 AS UBIGINT)
                              ) >> 7
                            ) & CAST(72340172838076673 AS UBIGINT)
                          ) + (
                            (
                              (
                                (
                                  TRY_CAST(TRY_CAST(ENCODE(SUBSTRING("s"."a", 1, 8)) AS BIT) AS UBIGINT) & CAST(9187201950435737471 AS UBIGINT)
                                ) + CAST(3472328296227680304 AS UBIGINT)
                              ) >> 7
                            ) & CAST(72340172838076673 AS UBIGINT)
                          ) + (
                            (
                              (
                                (
                                  TRY_CAST(TRY_CAST(ENCODE(SUBSTRING("s"."a", 1, 8)) AS BIT) AS UBIGINT) & CAST(9187201950435737471 AS UBIGINT)
                                ) + CAST(3182967604875373612 AS UBIGINT)
                              ) >> 7
                            ) & CAST(72340172838076673 AS UBIGINT)
                          ) + (
                            (
                              (
                                (
                                  TRY_CAST(TRY_CAST(ENCODE(SUBSTRING("s"."a", 1, 8)) AS BIT) AS UBIGINT) & CAST(9187201950435737471 AS UBIGINT)
                                ) + CAST(2965947086361143593 AS UBIGINT)
                              ) >> 7
                            ) & CAST(72340172838076673 AS UBIGINT)
                          )
                        )
                      ) >> 8
                    ) & CAST(71777214294589695 AS UBIGINT)
                  ) + CAST(3 AS UBIGINT) * (
                    (
                      (
                        TRY_CAST(TRY_CAST(ENCODE(SUBSTRING("s"."a", 1, 8)) AS BIT) AS UBIGINT) & CAST(9187201950435737471 AS UBIGINT)
                      ) + CAST(1157442765409226768 AS UBIGINT) - (
                        CAST(7 AS UBIGINT) * (
                          (
                            (
                              TRY_CAST(TRY_CAST(ENCODE(SUBSTRING("s"."a", 1, 8)) AS BIT) AS UBIGINT) & CAST(9187201950435737471 AS UBIGINT)
                            ) >> 6
                          ) & CAST(72340172838076673 AS UBIGINT)
                        ) + (
                          (
                            (
                              (
                                TRY_CAST(TRY_CAST(ENCODE(SUBSTRING("s"."a", 1, 8)) AS BIT) AS UBIGINT) & CAST(9187201950435737471 AS UBIGINT)
                              ) + CAST(3906369333256140342 AS UBIGINT)
                            ) >> 7
                          ) & CAST(72340172838076673 AS UBIGINT)
                        ) + (
                          (
                            (
                              (
                                TRY_CAST(TRY_CAST(ENCODE(SUBSTRING("s"."a", 1, 8)) AS BIT) AS UBIGINT) & CAST(9187201950435737471 AS UBIGINT)
                              ) + CAST(3472328296227680304 AS UBIGINT)
                            ) >> 7
                          ) & CAST(72340172838076673 AS UBIGINT)
                        ) + (
                          (
                            (
                              (
                                TRY_CAST(TRY_CAST(ENCODE(SUBSTRING("s"."a", 1, 8)) AS BIT) AS UBIGINT) & CAST(9187201950435737471 AS UBIGINT)
                              ) + CAST(3182967604875373612 AS UBIGINT)
                            ) >> 7
                          ) & CAST(72340172838076673 AS UBIGINT)
                        ) + (
                          (
                            (
                              (
                                TRY_CAST(TRY_CAST(ENCODE(SUBSTRING("s"."a", 1, 8)) AS BIT) AS UBIGINT) & CAST(9187201950435737471 AS UBIGINT)
                              ) + CAST(2965947086361143593 AS UBIGINT)
                            ) >> 7
                          ) & CAST(72340172838076673 AS UBIGINT)
                        )
                      )
                    ) & CAST(71777214294589695 AS UBIGINT)
                  )
                ) & CAST(281470681808895 AS UBIGINT)
              )
            ) >> 32
          ) & CAST(4294967295 AS UBIGINT)
        ) + CAST(81 AS UBIGINT) * (
          (
            (
              (
                (
                  (
                    (
                      (
                        (
                          TRY_CAST(TRY_CAST(ENCODE(SUBSTRING("s"."a", 1, 8)) AS BIT) AS UBIGINT) & CAST(9187201950435737471 AS UBIGINT)
                        ) + CAST(1157442765409226768 AS UBIGINT) - (
                          CAST(7 AS UBIGINT) * (
                            (
                              (
                                TRY_CAST(TRY_CAST(ENCODE(SUBSTRING("s"."a", 1, 8)) AS BIT) AS UBIGINT) & CAST(9187201950435737471 AS UBIGINT)
                              ) >> 6
                            ) & CAST(72340172838076673 AS UBIGINT)
                          ) + (
                            (
                              (
                                (
                                  TRY_CAST(TRY_CAST(ENCODE(SUBSTRING("s"."a", 1, 8)) AS BIT) AS UBIGINT) & CAST(9187201950435737471 AS UBIGINT)
                                ) + CAST(3906369333256140342 AS UBIGINT)
                              ) >> 7
                            ) & CAST(72340172838076673 AS UBIGINT)
                          ) + (
                            (
                              (
                                (
                                  TRY_CAST(TRY_CAST(ENCODE(SUBSTRING("s"."a", 1, 8)) AS BIT) AS UBIGINT) & CAST(9187201950435737471 AS UBIGINT)
                                ) + CAST(3472328296227680304 AS UBIGINT)
                              ) >> 7
                            ) & CAST(72340172838076673 AS UBIGINT)
                          ) + (
                            (
                              (
                                (
                                  TRY_CAST(TRY_CAST(ENCODE(SUBSTRING("s"."a", 1, 8)) AS BIT) AS UBIGINT) & CAST(9187201950435737471 AS UBIGINT)
                                ) + CAST(3182967604875373612 AS UBIGINT)
                              ) >> 7
                            ) & CAST(72340172838076673 AS UBIGINT)
                          ) + (
                            (
                              (
                                (
                                  TRY_CAST(TRY_CAST(ENCODE(SUBSTRING("s"."a", 1, 8)) AS BIT) AS UBIGINT) & CAST(9187201950435737471 AS UBIGINT)
                                ) + CAST(2965947086361143593 AS UBIGINT)
                              ) >> 7
                            ) & CAST(72340172838076673 AS UBIGINT)
                          )
                        )
                      ) >> 8
                    ) & CAST(71777214294589695 AS UBIGINT)
                  ) + CAST(3 AS UBIGINT) * (
                    (
                      (
                        TRY_CAST(TRY_CAST(ENCODE(SUBSTRING("s"."a", 1, 8)) AS BIT) AS UBIGINT) & CAST(9187201950435737471 AS UBIGINT)
                      ) + CAST(1157442765409226768 AS UBIGINT) - (
                        CAST(7 AS UBIGINT) * (
                          (
                            (
                              TRY_CAST(TRY_CAST(ENCODE(SUBSTRING("s"."a", 1, 8)) AS BIT) AS UBIGINT) & CAST(9187201950435737471 AS UBIGINT)
                            ) >> 6
                          ) & CAST(72340172838076673 AS UBIGINT)
                        ) + (
                          (
                            (
                              (
                                TRY_CAST(TRY_CAST(ENCODE(SUBSTRING("s"."a", 1, 8)) AS BIT) AS UBIGINT) & CAST(9187201950435737471 AS UBIGINT)
                              ) + CAST(3906369333256140342 AS UBIGINT)
                            ) >> 7
                          ) & CAST(72340172838076673 AS UBIGINT)
                        ) + (
                          (
                            (
                              (
                                TRY_CAST(TRY_CAST(ENCODE(SUBSTRING("s"."a", 1, 8)) AS BIT) AS UBIGINT) & CAST(9187201950435737471 AS UBIGINT)
                              ) + CAST(3472328296227680304 AS UBIGINT)
                            ) >> 7
                          ) & CAST(72340172838076673 AS UBIGINT)
                        ) + (
                          (
                            (
                              (
                                TRY_CAST(TRY_CAST(ENCODE(SUBSTRING("s"."a", 1, 8)) AS BIT) AS UBIGINT) & CAST(9187201950435737471 AS UBIGINT)
                              ) + CAST(3182967604875373612 AS UBIGINT)
                            ) >> 7
                          ) & CAST(72340172838076673 AS UBIGINT)
                        ) + (
                          (
                            (
                              (
                                TRY_CAST(TRY_CAST(ENCODE(SUBSTRING("s"."a", 1, 8)) AS BIT) AS UBIGINT) & CAST(9187201950435737471 AS UBIGINT)
                              ) + CAST(2965947086361143593 AS UBIGINT)
                            ) >> 7
                          ) & CAST(72340172838076673 AS UBIGINT)
                        )
                      )
                    ) & CAST(71777214294589695 AS UBIGINT)
                  )
                ) >> 16
              ) & CAST(281470681808895 AS UBIGINT)
            ) + CAST(9 AS UBIGINT) * (
              (
                (
                  (
                    (
                      (
                        TRY_CAST(TRY_CAST(ENCODE(SUBSTRING("s"."a", 1, 8)) AS BIT) AS UBIGINT) & CAST(9187201950435737471 AS UBIGINT)
                      ) + CAST(1157442765409226768 AS UBIGINT) - (
                        CAST(7 AS UBIGINT) * (
                          (
                            (
                              TRY_CAST(TRY_CAST(ENCODE(SUBSTRING("s"."a", 1, 8)) AS BIT) AS UBIGINT) & CAST(9187201950435737471 AS UBIGINT)
                            ) >> 6
                          ) & CAST(72340172838076673 AS UBIGINT)
                        ) + (
                          (
                            (
                              (
                                TRY_CAST(TRY_CAST(ENCODE(SUBSTRING("s"."a", 1, 8)) AS BIT) AS UBIGINT) & CAST(9187201950435737471 AS UBIGINT)
                              ) + CAST(3906369333256140342 AS UBIGINT)
                            ) >> 7
                          ) & CAST(72340172838076673 AS UBIGINT)
                        ) + (
                          (
                            (
                              (
                                TRY_CAST(TRY_CAST(ENCODE(SUBSTRING("s"."a", 1, 8)) AS BIT) AS UBIGINT) & CAST(9187201950435737471 AS UBIGINT)
                              ) + CAST(3472328296227680304 AS UBIGINT)
                            ) >> 7
                          ) & CAST(72340172838076673 AS UBIGINT)
                        ) + (
                          (
                            (
                              (
                                TRY_CAST(TRY_CAST(ENCODE(SUBSTRING("s"."a", 1, 8)) AS BIT) AS UBIGINT) & CAST(9187201950435737471 AS UBIGINT)
                              ) + CAST(3182967604875373612 AS UBIGINT)
                            ) >> 7
                          ) & CAST(72340172838076673 AS UBIGINT)
                        ) + (
                          (
                            (
                              (
                                TRY_CAST(TRY_CAST(ENCODE(SUBSTRING("s"."a", 1, 8)) AS BIT) AS UBIGINT) & CAST(9187201950435737471 AS UBIGINT)
                              ) + CAST(2965947086361143593 AS UBIGINT)
                            ) >> 7
                          ) & CAST(72340172838076673 AS UBIGINT)
                        )
                      )
                    ) >> 8
                  ) & CAST(71777214294589695 AS UBIGINT)
                ) + CAST(3 AS UBIGINT) * (
                  (
                    (
                      TRY_CAST(TRY_CAST(ENCODE(SUBSTRING("s"."a", 1, 8)) AS BIT) AS UBIGINT) & CAST(9187201950435737471 AS UBIGINT)
                    ) + CAST(1157442765409226768 AS UBIGINT) - (
                      CAST(7 AS UBIGINT) * (
                        (
                          (
                            TRY_CAST(TRY_CAST(ENCODE(SUBSTRING("s"."a", 1, 8)) AS BIT) AS UBIGINT) & CAST(9187201950435737471 AS UBIGINT)
                          ) >> 6
                        ) & CAST(72340172838076673 AS UBIGINT)
                      ) + (
                        (
                          (
                            (
                              TRY_CAST(TRY_CAST(ENCODE(SUBSTRING("s"."a", 1, 8)) AS BIT) AS UBIGINT) & CAST(9187201950435737471 AS UBIGINT)
                            ) + CAST(3906369333256140342 AS UBIGINT)
                          ) >> 7
                        ) & CAST(72340172838076673 AS UBIGINT)
                      ) + (
                        (
                          (
                            (
                              TRY_CAST(TRY_CAST(ENCODE(SUBSTRING("s"."a", 1, 8)) AS BIT) AS UBIGINT) & CAST(9187201950435737471 AS UBIGINT)
                            ) + CAST(3472328296227680304 AS UBIGINT)
                          ) >> 7
                        ) & CAST(72340172838076673 AS UBIGINT)
                      ) + (
                        (
                          (
                            (
                              TRY_CAST(TRY_CAST(ENCODE(SUBSTRING("s"."a", 1, 8)) AS BIT) AS UBIGINT) & CAST(9187201950435737471 AS UBIGINT)
                            ) + CAST(3182967604875373612 AS UBIGINT)
                          ) >> 7
                        ) & CAST(72340172838076673 AS UBIGINT)
                      ) + (
                        (
                          (
                            (
                              TRY_CAST(TRY_CAST(ENCODE(SUBSTRING("s"."a", 1, 8)) AS BIT) AS UBIGINT) & CAST(9187201950435737471 AS UBIGINT)
                            ) + CAST(2965947086361143593 AS UBIGINT)
                          ) >> 7
                        ) & CAST(72340172838076673 AS UBIGINT)
                      )
                    )
                  ) & CAST(71777214294589695 AS UBIGINT)
                )
              ) & CAST(281470681808895 AS UBIGINT)
            )
          ) & CAST(4294967295 AS UBIGINT)
        )
      ) AS INT) - 209920 + (
        CAST((
          (
            (
              (
                (
                  (
                    (
                      (
                        (
                          (
                            (
                              TRY_CAST(TRY_CAST(ENCODE(SUBSTRING("s"."a", 9, 8)) AS BIT) AS UBIGINT) & CAST(9187201950435737471 AS UBIGINT)
                            ) + CAST(1157442765409226768 AS UBIGINT) - (
                              CAST(7 AS UBIGINT) * (
                                (
                                  (
                                    TRY_CAST(TRY_CAST(ENCODE(SUBSTRING("s"."a", 9, 8)) AS BIT) AS UBIGINT) & CAST(9187201950435737471 AS UBIGINT)
                                  ) >> 6
                                ) & CAST(72340172838076673 AS UBIGINT)
                              ) + (
                                (
                                  (
                                    (
                                      TRY_CAST(TRY_CAST(ENCODE(SUBSTRING("s"."a", 9, 8)) AS BIT) AS UBIGINT) & CAST(9187201950435737471 AS UBIGINT)
                                    ) + CAST(3906369333256140342 AS UBIGINT)
                                  ) >> 7
                                ) & CAST(72340172838076673 AS UBIGINT)
                              ) + (
                                (
                                  (
                                    (
                                      TRY_CAST(TRY_CAST(ENCODE(SUBSTRING("s"."a", 9, 8)) AS BIT) AS UBIGINT) & CAST(9187201950435737471 AS UBIGINT)
                                    ) + CAST(3472328296227680304 AS UBIGINT)
                                  ) >> 7
                                ) & CAST(72340172838076673 AS UBIGINT)
                              ) + (
                                (
                                  (
                                    (
                                      TRY_CAST(TRY_CAST(ENCODE(SUBSTRING("s"."a", 9, 8)) AS BIT) AS UBIGINT) & CAST(9187201950435737471 AS UBIGINT)
                                    ) + CAST(3182967604875373612 AS UBIGINT)
                                  ) >> 7
                                ) & CAST(72340172838076673 AS UBIGINT)
                              ) + (
                                (
                                  (
                                    (
                                      TRY_CAST(TRY_CAST(ENCODE(SUBSTRING("s"."a", 9, 8)) AS BIT) AS UBIGINT) & CAST(9187201950435737471 AS UBIGINT)
                                    ) + CAST(2965947086361143593 AS UBIGINT)
                                  ) >> 7
                                ) & CAST(72340172838076673 AS UBIGINT)
                              )
                            )
                          ) >> 8
                        ) & CAST(71777214294589695 AS UBIGINT)
                      ) + CAST(3 AS UBIGINT) * (
                        (
                          (
                            TRY_CAST(TRY_CAST(ENCODE(SUBSTRING("s"."a", 9, 8)) AS BIT) AS UBIGINT) & CAST(9187201950435737471 AS UBIGINT)
                          ) + CAST(1157442765409226768 AS UBIGINT) - (
                            CAST(7 AS UBIGINT) * (
                              (
                                (
                                  TRY_CAST(TRY_CAST(ENCODE(SUBSTRING("s"."a", 9, 8)) AS BIT) AS UBIGINT) & CAST(9187201950435737471 AS UBIGINT)
                                ) >> 6
                              ) & CAST(72340172838076673 AS UBIGINT)
                            ) + (
                              (
                                (
                                  (
                                    TRY_CAST(TRY_CAST(ENCODE(SUBSTRING("s"."a", 9, 8)) AS BIT) AS UBIGINT) & CAST(9187201950435737471 AS UBIGINT)
                                  ) + CAST(3906369333256140342 AS UBIGINT)
                                ) >> 7
                              ) & CAST(72340172838076673 AS UBIGINT)
                            ) + (
                              (
                                (
                                  (
                                    TRY_CAST(TRY_CAST(ENCODE(SUBSTRING("s"."a", 9, 8)) AS BIT) AS UBIGINT) & CAST(9187201950435737471 AS UBIGINT)
                                  ) + CAST(3472328296227680304 AS UBIGINT)
                                ) >> 7
                              ) & CAST(72340172838076673 AS UBIGINT)
                            ) + (
                              (
                                (
                                  (
                                    TRY_CAST(TRY_CAST(ENCODE(SUBSTRING("s"."a", 9, 8)) AS BIT) AS UBIGINT) & CAST(9187201950435737471 AS UBIGINT)
                                  ) + CAST(3182967604875373612 AS UBIGINT)
                                ) >> 7
                              ) & CAST(72340172838076673 AS UBIGINT)
                            ) + (
                              (
                                (
                                  (
                                    TRY_CAST(TRY_CAST(ENCODE(SUBSTRING("s"."a", 9, 8)) AS BIT) AS UBIGINT) & CAST(9187201950435737471 AS UBIGINT)
                                  ) + CAST(2965947086361143593 AS UBIGINT)
                                ) >> 7
                              ) & CAST(72340172838076673 AS UBIGINT)
                            )
                          )
                        ) & CAST(71777214294589695 AS UBIGINT)
                      )
                    ) >> 16
                  ) & CAST(281470681808895 AS UBIGINT)
                ) + CAST(9 AS UBIGINT) * (
                  (
                    (
                      (
                        (
                          (
                            TRY_CAST(TRY_CAST(ENCODE(SUBSTRING("s"."a", 9, 8)) AS BIT) AS UBIGINT) & CAST(9187201950435737471 AS UBIGINT)
                          ) + CAST(1157442765409226768 AS UBIGINT) - (
                            CAST(7 AS UBIGINT) * (
                              (
                                (
                                  TRY_CAST(TRY_CAST(ENCODE(SUBSTRING("s"."a", 9, 8)) AS BIT) AS UBIGINT) & CAST(9187201950435737471 AS UBIGINT)
                                ) >> 6
                              ) & CAST(72340172838076673 AS UBIGINT)
                            ) + (
                              (
                                (
                                  (
                                    TRY_CAST(TRY_CAST(ENCODE(SUBSTRING("s"."a", 9, 8)) AS BIT) AS UBIGINT) & CAST(9187201950435737471 AS UBIGINT)
                                  ) + CAST(3906369333256140342 AS UBIGINT)
                                ) >> 7
                              ) & CAST(72340172838076673 AS UBIGINT)
                            ) + (
                              (
                                (
                                  (
                                    TRY_CAST(TRY_CAST(ENCODE(SUBSTRING("s"."a", 9, 8)) AS BIT) AS UBIGINT) & CAST(9187201950435737471 AS UBIGINT)
                                  ) + CAST(3472328296227680304 AS UBIGINT)
                                ) >> 7
                              ) & CAST(72340172838076673 AS UBIGINT)
                            ) + (
                              (
                                (
                                  (
                                    TRY_CAST(TRY_CAST(ENCODE(SUBSTRING("s"."a", 9, 8)) AS BIT) AS UBIGINT) & CAST(9187201950435737471 AS UBIGINT)
                                  ) + CAST(3182967604875373612 AS UBIGINT)
                                ) >> 7
                              ) & CAST(72340172838076673 AS UBIGINT)
                            ) + (
                              (
                                (
                                  (
                                    TRY_CAST(TRY_CAST(ENCODE(SUBSTRING("s"."a", 9, 8)) AS BIT) AS UBIGINT) & CAST(9187201950435737471 AS UBIGINT)
                                  ) + CAST(2965947086361143593 AS UBIGINT)
                                ) >> 7
                              ) & CAST(72340172838076673 AS UBIGINT)
                            )
                          )
                        ) >> 8
                      ) & CAST(71777214294589695 AS UBIGINT)
                    ) + CAST(3 AS UBIGINT) * (
                      (
                        (
                          TRY_CAST(TRY_CAST(ENCODE(SUBSTRING("s"."a", 9, 8)) AS BIT) AS UBIGINT) & CAST(9187201950435737471 AS UBIGINT)
                        ) + CAST(1157442765409226768 AS UBIGINT) - (
                          CAST(7 AS UBIGINT) * (
                            (
                              (
                                TRY_CAST(TRY_CAST(ENCODE(SUBSTRING("s"."a", 9, 8)) AS BIT) AS UBIGINT) & CAST(9187201950435737471 AS UBIGINT)
                              ) >> 6
                            ) & CAST(72340172838076673 AS UBIGINT)
                          ) + (
                            (
                              (
                                (
                                  TRY_CAST(TRY_CAST(ENCODE(SUBSTRING("s"."a", 9, 8)) AS BIT) AS UBIGINT) & CAST(9187201950435737471 AS UBIGINT)
                                ) + CAST(3906369333256140342 AS UBIGINT)
                              ) >> 7
                            ) & CAST(72340172838076673 AS UBIGINT)
                          ) + (
                            (
                              (
                                (
                                  TRY_CAST(TRY_CAST(ENCODE(SUBSTRING("s"."a", 9, 8)) AS BIT) AS UBIGINT) & CAST(9187201950435737471 AS UBIGINT)
                                ) + CAST(3472328296227680304 AS UBIGINT)
                              ) >> 7
                            ) & CAST(72340172838076673 AS UBIGINT)
                          ) + (
                            (
                              (
                                (
                                  TRY_CAST(TRY_CAST(ENCODE(SUBSTRING("s"."a", 9, 8)) AS BIT) AS UBIGINT) & CAST(9187201950435737471 AS UBIGINT)
                                ) + CAST(3182967604875373612 AS UBIGINT)
                              ) >> 7
                            ) & CAST(72340172838076673 AS UBIGINT)
                          ) + (
                            (
                              (
                                (
                                  TRY_CAST(TRY_CAST(ENCODE(SUBSTRING("s"."a", 9, 8)) AS BIT) AS UBIGINT) & CAST(9187201950435737471 AS UBIGINT)
                                ) + CAST(2965947086361143593 AS UBIGINT)
                              ) >> 7
                            ) & CAST(72340172838076673 AS UBIGINT)
                          )
                        )
                      ) & CAST(71777214294589695 AS UBIGINT)
                    )
                  ) & CAST(281470681808895 AS UBIGINT)
                )
              ) >> 32
            ) & CAST(4294967295 AS UBIGINT)
          ) + CAST(81 AS UBIGINT) * (
            (
              (
                (
                  (
                    (
                      (
                        (
                          (
                            TRY_CAST(TRY_CAST(ENCODE(SUBSTRING("s"."a", 9, 8)) AS BIT) AS UBIGINT) & CAST(9187201950435737471 AS UBIGINT)
                          ) + CAST(1157442765409226768 AS UBIGINT) - (
                            CAST(7 AS UBIGINT) * (
                              (
                                (
                                  TRY_CAST(TRY_CAST(ENCODE(SUBSTRING("s"."a", 9, 8)) AS BIT) AS UBIGINT) & CAST(9187201950435737471 AS UBIGINT)
                                ) >> 6
                              ) & CAST(72340172838076673 AS UBIGINT)
                            ) + (
                              (
                                (
                                  (
                                    TRY_CAST(TRY_CAST(ENCODE(SUBSTRING("s"."a", 9, 8)) AS BIT) AS UBIGINT) & CAST(9187201950435737471 AS UBIGINT)
                                  ) + CAST(3906369333256140342 AS UBIGINT)
                                ) >> 7
                              ) & CAST(72340172838076673 AS UBIGINT)
                            ) + (
                              (
                                (
                                  (
                                    TRY_CAST(TRY_CAST(ENCODE(SUBSTRING("s"."a", 9, 8)) AS BIT) AS UBIGINT) & CAST(9187201950435737471 AS UBIGINT)
                                  ) + CAST(3472328296227680304 AS UBIGINT)
                                ) >> 7
                              ) & CAST(72340172838076673 AS UBIGINT)
                            ) + (
                              (
                                (
                                  (
                                    TRY_CAST(TRY_CAST(ENCODE(SUBSTRING("s"."a", 9, 8)) AS BIT) AS UBIGINT) & CAST(9187201950435737471 AS UBIGINT)
                                  ) + CAST(3182967604875373612 AS UBIGINT)
                                ) >> 7
                              ) & CAST(72340172838076673 AS UBIGINT)
                            ) + (
                              (
                                (
                                  (
                                    TRY_CAST(TRY_CAST(ENCODE(SUBSTRING("s"."a", 9, 8)) AS BIT) AS UBIGINT) & CAST(9187201950435737471 AS UBIGINT)
                                  ) + CAST(2965947086361143593 AS UBIGINT)
                                ) >> 7
                              ) & CAST(72340172838076673 AS UBIGINT)
                            )
                          )
                        ) >> 8
                      ) & CAST(71777214294589695 AS UBIGINT)
                    ) + CAST(3 AS UBIGINT) * (
                      (
                        (
                          TRY_CAST(TRY_CAST(ENCODE(SUBSTRING("s"."a", 9, 8)) AS BIT) AS UBIGINT) & CAST(9187201950435737471 AS UBIGINT)
                        ) + CAST(1157442765409226768 AS UBIGINT) - (
                          CAST(7 AS UBIGINT) * (
                            (
                              (
                                TRY_CAST(TRY_CAST(ENCODE(SUBSTRING("s"."a", 9, 8)) AS BIT) AS UBIGINT) & CAST(9187201950435737471 AS UBIGINT)
                              ) >> 6
                            ) & CAST(72340172838076673 AS UBIGINT)
                          ) + (
                            (
                              (
                                (
                                  TRY_CAST(TRY_CAST(ENCODE(SUBSTRING("s"."a", 9, 8)) AS BIT) AS UBIGINT) & CAST(9187201950435737471 AS UBIGINT)
                                ) + CAST(3906369333256140342 AS UBIGINT)
                              ) >> 7
                            ) & CAST(72340172838076673 AS UBIGINT)
                          ) + (
                            (
                              (
                                (
                                  TRY_CAST(TRY_CAST(ENCODE(SUBSTRING("s"."a", 9, 8)) AS BIT) AS UBIGINT) & CAST(9187201950435737471 AS UBIGINT)
                                ) + CAST(3472328296227680304 AS UBIGINT)
                              ) >> 7
                            ) & CAST(72340172838076673 AS UBIGINT)
                          ) + (
                            (
                              (
                                (
                                  TRY_CAST(TRY_CAST(ENCODE(SUBSTRING("s"."a", 9, 8)) AS BIT) AS UBIGINT) & CAST(9187201950435737471 AS UBIGINT)
                                ) + CAST(3182967604875373612 AS UBIGINT)
                              ) >> 7
                            ) & CAST(72340172838076673 AS UBIGINT)
                          ) + (
                            (
                              (
                                (
                                  TRY_CAST(TRY_CAST(ENCODE(SUBSTRING("s"."a", 9, 8)) AS BIT) AS UBIGINT) & CAST(9187201950435737471 AS UBIGINT)
                                ) + CAST(2965947086361143593 AS UBIGINT)
                              ) >> 7
                            ) & CAST(72340172838076673 AS UBIGINT)
                          )
                        )
                      ) & CAST(71777214294589695 AS UBIGINT)
                    )
                  ) >> 16
                ) & CAST(281470681808895 AS UBIGINT)
              ) + CAST(9 AS UBIGINT) * (
                (
                  (
                    (
                      (
                        (
                          TRY_CAST(TRY_CAST(ENCODE(SUBSTRING("s"."a", 9, 8)) AS BIT) AS UBIGINT) & CAST(9187201950435737471 AS UBIGINT)
                        ) + CAST(1157442765409226768 AS UBIGINT) - (
                          CAST(7 AS UBIGINT) * (
                            (
                              (
                                TRY_CAST(TRY_CAST(ENCODE(SUBSTRING("s"."a", 9, 8)) AS BIT) AS UBIGINT) & CAST(9187201950435737471 AS UBIGINT)
                              ) >> 6
                            ) & CAST(72340172838076673 AS UBIGINT)
                          ) + (
                            (
                              (
                                (
                                  TRY_CAST(TRY_CAST(ENCODE(SUBSTRING("s"."a", 9, 8)) AS BIT) AS UBIGINT) & CAST(9187201950435737471 AS UBIGINT)
                                ) + CAST(3906369333256140342 AS UBIGINT)
                              ) >> 7
                            ) & CAST(72340172838076673 AS UBIGINT)
                          ) + (
                            (
                              (
                                (
                                  TRY_CAST(TRY_CAST(ENCODE(SUBSTRING("s"."a", 9, 8)) AS BIT) AS UBIGINT) & CAST(9187201950435737471 AS UBIGINT)
                                ) + CAST(3472328296227680304 AS UBIGINT)
                              ) >> 7
                            ) & CAST(72340172838076673 AS UBIGINT)
                          ) + (
                            (
                              (
                                (
                                  TRY_CAST(TRY_CAST(ENCODE(SUBSTRING("s"."a", 9, 8)) AS BIT) AS UBIGINT) & CAST(9187201950435737471 AS UBIGINT)
                                ) + CAST(3182967604875373612 AS UBIGINT)
                              ) >> 7
                            ) & CAST(72340172838076673 AS UBIGINT)
                          ) + (
                            (
                              (
                                (
                                  TRY_CAST(TRY_CAST(ENCODE(SUBSTRING("s"."a", 9, 8)) AS BIT) AS UBIGINT) & CAST(9187201950435737471 AS UBIGINT)
                                ) + CAST(2965947086361143593 AS UBIGINT)
                              ) >> 7
                            ) & CAST(72340172838076673 AS UBIGINT)
                          )
                        )
                      ) >> 8
                    ) & CAST(71777214294589695 AS UBIGINT)
                  ) + CAST(3 AS UBIGINT) * (
                    (
                      (
                        TRY_CAST(TRY_CAST(ENCODE(SUBSTRING("s"."a", 9, 8)) AS BIT) AS UBIGINT) & CAST(9187201950435737471 AS UBIGINT)
                      ) + CAST(1157442765409226768 AS UBIGINT) - (
                        CAST(7 AS UBIGINT) * (
                          (
                            (
                              TRY_CAST(TRY_CAST(ENCODE(SUBSTRING("s"."a", 9, 8)) AS BIT) AS UBIGINT) & CAST(9187201950435737471 AS UBIGINT)
                            ) >> 6
                          ) & CAST(72340172838076673 AS UBIGINT)
                        ) + (
                          (
                            (
                              (
                                TRY_CAST(TRY_CAST(ENCODE(SUBSTRING("s"."a", 9, 8)) AS BIT) AS UBIGINT) & CAST(9187201950435737471 AS UBIGINT)
                              ) + CAST(3906369333256140342 AS UBIGINT)
                            ) >> 7
                          ) & CAST(72340172838076673 AS UBIGINT)
                        ) + (
                          (
                            (
                              (
                                TRY_CAST(TRY_CAST(ENCODE(SUBSTRING("s"."a", 9, 8)) AS BIT) AS UBIGINT) & CAST(9187201950435737471 AS UBIGINT)
                              ) + CAST(3472328296227680304 AS UBIGINT)
                            ) >> 7
                          ) & CAST(72340172838076673 AS UBIGINT)
                        ) + (
                          (
                            (
                              (
                                TRY_CAST(TRY_CAST(ENCODE(SUBSTRING("s"."a", 9, 8)) AS BIT) AS UBIGINT) & CAST(9187201950435737471 AS UBIGINT)
                              ) + CAST(3182967604875373612 AS UBIGINT)
                            ) >> 7
                          ) & CAST(72340172838076673 AS UBIGINT)
                        ) + (
                          (
                            (
                              (
                                TRY_CAST(TRY_CAST(ENCODE(SUBSTRING("s"."a", 9, 8)) AS BIT) AS UBIGINT) & CAST(9187201950435737471 AS UBIGINT)
                              ) + CAST(2965947086361143593 AS UBIGINT)
                            ) >> 7
                          ) & CAST(72340172838076673 AS UBIGINT)
                        )
                      )
                    ) & CAST(71777214294589695 AS UBIGINT)
                  )
                ) & CAST(281470681808895 AS UBIGINT)
              )
            ) & CAST(4294967295 AS UBIGINT)
          )
        ) AS INT) - 209920
      ) * 20 + (
        STRPOS('0123456789ABCDEFGHJKLMNPQRTUWXY', SUBSTRING("s"."a", 17, 1)) * 28 + STRPOS('0123456789ABCDEFGHJKLMNPQRTUWXY', SUBSTRING("s"."a", 18, 1)) * 1 - 29
      ) AS "_r0l0"
    FROM "main" AS "s"
  ) AS "s"
) AS "f"
WHERE
  "f"."_mask0" <> 0;
