"""Great Expectations on pandas: 14 of the rules, with the index of every failing row. usage: FOLDER"""

import sys

import great_expectations as gx
import great_expectations.expectations as gxe
import pandas as pd

folder = sys.argv[1]
frame = pd.read_parquet(f"{folder}/people.parquet")
streets = pd.read_parquet(f"{folder}/streets.parquet")["street"].tolist()
context = gx.get_context(mode="ephemeral")
batch = (
    context.data_sources.add_pandas("p")
    .add_dataframe_asset("people")
    .add_batch_definition_whole_dataframe("b")
)
regex = gxe.ExpectColumnValuesToMatchRegex
rules = {
    "name_not_null": gxe.ExpectColumnValuesToNotBeNull(column="name"),
    "name_blank": regex(column="name", regex=r"\S"),
    "gender_known": gxe.ExpectColumnValuesToBeInSet(column="gender", value_set=["男", "女"]),
    "mobile_form": regex(column="mobile", regex=r"^1[3-9][0-9]{9}$"),
    "email_form": regex(column="email", regex=r"^[A-Za-z0-9._-]+@[A-Za-z0-9-]+\.[A-Za-z.]+$"),
    "nation_range": regex(column="nation", regex=r"^([1-9]|[1-4][0-9]|5[0-6])$"),
    "income_range": gxe.ExpectColumnValuesToBeBetween(
        column="income", min_value=0, max_value=1000000
    ),
    "address_length": gxe.ExpectColumnValueLengthsToBeBetween(
        column="address", min_value=4, max_value=60
    ),
    "move_in_shape": regex(column="move_in", regex=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$"),
    "street_form": regex(column="street", regex=r"^[0-9]{9}$"),
    "status_known": gxe.ExpectColumnValuesToBeInSet(column="status", value_set=["0", "1", "2"]),
    "street_exists": gxe.ExpectColumnValuesToBeInSet(column="street", value_set=streets),
    "citizen_unique": gxe.ExpectColumnValuesToBeUnique(column="citizen_id"),
    "house_unique": gxe.ExpectCompoundColumnsToBeUnique(column_list=["house_no", "gender"]),
}
suite = context.suites.add(gx.ExpectationSuite(name="s", expectations=list(rules.values())))
definition = gx.ValidationDefinition(name="v", data=batch, suite=suite)
result = definition.run(
    batch_parameters={"dataframe": frame},
    result_format={"result_format": "COMPLETE", "unexpected_index_column_names": ["id"]},
)
for item in result.results:
    print(
        item.expectation_config.type,
        item.expectation_config.kwargs.get("column"),
        item.result.get("unexpected_count"),
    )
