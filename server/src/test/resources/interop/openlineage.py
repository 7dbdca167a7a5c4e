import datetime
import uuid

from openlineage.client import OpenLineageClient
from openlineage.client.event_v2 import Dataset, InputDataset, Job, JobEvent, OutputDataset, Run, RunEvent, RunState
from openlineage.client.facet_v2 import column_lineage_dataset, job_type_job, parent_run, schema_dataset
from openlineage.client.transport.http import ApiKeyTokenProvider, HttpConfig, HttpTransport

client = OpenLineageClient(
    transport=HttpTransport(HttpConfig(url=URL, auth=ApiKeyTokenProvider({"apiKey": KEY})))
)


def now():
    return datetime.datetime.now(datetime.timezone.utc).isoformat()
