# CVE-2019-5736 (runc): overwrites the program that started it, by /proc/self/exe.
def again(path):
    def act():
        handle = os.open(path, os.O_RDONLY | os.O_PATH)
        return os.open(f'/proc/self/fd/{handle}', os.O_WRONLY | os.O_TRUNC)
    return act
result = outcomes({
    **writing('/proc/self/exe', '/proc/1/exe', '/proc/thread-self/exe', os.readlink('/proc/self/exe')),
    **{f'{path} by its descriptor': again(path) for path in ('/proc/self/exe', '/proc/1/exe')},
}, also=('ETXTBSY',))
