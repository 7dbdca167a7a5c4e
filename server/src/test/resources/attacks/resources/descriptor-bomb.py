# Opens files without end.
kept = []
def open_all():
    while True:
        kept.append(os.open('/dev/null', os.O_RDONLY))
outcome = outcomes({'open': open_all}, also=('EMFILE',))
for each in kept:
    os.close(each)
result = outcome
