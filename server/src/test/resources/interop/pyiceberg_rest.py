import pyarrow as pa
from pyiceberg.catalog import load_catalog
