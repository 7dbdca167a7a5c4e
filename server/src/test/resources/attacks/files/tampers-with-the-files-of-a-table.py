# Changes a table behind Iceberg's back: its data file is linked into the sandbox.
def tamper():
    data = '/job/data/' + os.listdir('/job/data')[0]
    return ', '.join(outcomes({
        'write': lambda: open(data, 'r+b').write(b'evil'),
        'truncate': lambda: os.truncate(data, 0),
        'remove': lambda: os.remove(data),
        'rename': lambda: os.rename(data, '/job/data/evil'),
        'chmod': lambda: os.chmod(data, 0o777),
        'chown': lambda: os.chown(data, 1000, 1000),
        'times': lambda: os.utime(data),
        'attribute': lambda: os.setxattr(data, 'user.evil', b'1'),
        'link': lambda: os.link(data, '/job/out/mine'),
        'descriptor': lambda: open(f'/proc/self/fd/{os.open(data, os.O_RDONLY)}', 'r+b'),
    }, also=('EXDEV',))['outcome'])
result = while_executing(tamper)
