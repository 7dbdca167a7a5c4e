import pyarrow as pa
from pyiceberg.catalog import load_catalog
from pyiceberg.exceptions import CommitFailedException, ForbiddenError, NoSuchTableError, RESTError

catalog = load_catalog("nerium", type="rest", uri=f"{URL}/iceberg", token=KEY, warehouse="oleander")
