from pyiceberg.catalog import load_catalog
import pyarrow as pa
c=load_catalog("n",type="rest",uri="http://127.0.0.1:8799/iceberg/")
print(c.list_namespaces())
c.create_namespace("sales")
t=c.create_table("sales.t",schema=pa.schema([("a",pa.int64())]))
print(t.location(), t.io, t.properties)
t.append(pa.table({"a":[1,2]}))
print(c.load_table("sales.t").scan().to_arrow())
