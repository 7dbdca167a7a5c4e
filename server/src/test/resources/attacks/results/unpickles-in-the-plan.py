# Sends a plan that runs code when it is read: it must be read in here alone.
# ends: [["refused"]]
class Evil:
    def __reduce__(self):
        return (os.system, ('id > /tmp/nerium-was-here',))
import io, pickle
code = pickle.dumps(Evil())
with contextlib.suppress(Exception):
    plan = pl.LazyFrame({'a': [1]}).map_batches(Evil).serialize(format='binary')
    pl.LazyFrame.deserialize(io.BytesIO(plan)).collect()
pickle.loads(code)
result = pl.DataFrame({'outcome': ['refused']})
