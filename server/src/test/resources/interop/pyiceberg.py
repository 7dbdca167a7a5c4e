import pyarrow as pa
from pyiceberg.catalog.sql import SqlCatalog

catalog = SqlCatalog("oleander", uri=f"sqlite:///{HOME}/lake/catalog.db", warehouse=f"file://{HOME}/lake/warehouse")
