# CVE-2016-5195 ("Dirty COW"): writes to a read-only map of a file through /proc/self/mem.
import mmap
program = open(sys.executable, 'rb')
view = mmap.mmap(program.fileno(), 4096, flags=mmap.MAP_PRIVATE, prot=mmap.PROT_READ)
before = view[:4]
maps = [line for line in open('/proc/self/maps') if os.path.realpath(sys.executable) in line]
with contextlib.suppress(OSError):
    with open('/proc/self/mem', 'r+b', buffering=0) as memory:
        memory.seek(int(maps[-1].split('-')[0], 16))
        memory.write(b'EVIL')
result = pl.DataFrame({'outcome': ['refused' if open(sys.executable, 'rb').read(4) == before else 'changed']})
