import asyncio

from oleander_sdk import Oleander, OleanderHttpError, PolarsOptions, PolarsTable, RunNotFoundError

client = Oleander(api_key=KEY, base_url=URL)


def polars(**options):
    return asyncio.run(client.polars(PolarsOptions(**options)))
