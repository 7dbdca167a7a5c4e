# A small text that unpacks to more than there is memory.
# ends: OUT_OF_MEMORY: *
# ends: TIMED_OUT: *
import zlib
packer = zlib.compressobj(9)
small = b''.join(packer.compress(bytes(16 << 20)) for _ in range(100)) + packer.flush()
result = pl.DataFrame({'a': [zlib.decompress(small) + zlib.decompress(small)]})
