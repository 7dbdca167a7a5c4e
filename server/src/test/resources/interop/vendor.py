import asyncio

from oleander_sdk import (
    Oleander,
    OleanderHttpError,
    PolarsOptions,
    PolarsTable,
    QueryOptions,
    QueryRunOptions,
    QuerySubmitAndWaitOptions,
    QuerySubmitOptions,
    RunNotFoundError,
    SparkJobSubmitOptions,
    SparkSqlSubmitOptions,
)

client = Oleander(api_key=KEY, base_url=URL)


def polars(**options):
    return asyncio.run(client.polars(PolarsOptions(**options)))


def read(**options):
    return asyncio.run(client.query_run(QueryRunOptions(**options)))


def submit(**options):
    return asyncio.run(client.query_submit(QuerySubmitOptions(**options)))


def refused(call):
    """The class, status and text of the exception that a user sees."""
    try:
        return asyncio.run(call).model_dump()
    except OleanderHttpError as error:
        return [type(error).__name__, error.status, str(error)]
