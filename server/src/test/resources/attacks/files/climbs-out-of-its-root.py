# Leaves its root by `..`, by chroot and by a folder that was opened before.
def above():
    inside = os.stat('/')
    os.chdir('/..')
    if os.stat('.').st_ino == inside.st_ino:
        raise FileNotFoundError(errno.ENOENT, 'the same root')
    return os.listdir('.')
def twice():
    os.makedirs('/tmp/deep', exist_ok=True)
    os.chroot('/tmp/deep')
    return os.listdir('/../../..')
result = outcomes({'..': above, 'chroot': twice, 'beside': lambda: os.listdir('/../home')})
