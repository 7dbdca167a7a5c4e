const NUMBER = new Intl.NumberFormat('en-US')
const SHORT = new Intl.NumberFormat('en-US', { maximumFractionDigits: 1 })

export const count = (value: number): string => NUMBER.format(value)

export function bytes(value: number): string {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB']
  let unit = 0
  let size = value
  while (size >= 1024 && unit < units.length - 1) {
    size /= 1024
    unit++
  }
  return `${SHORT.format(size)} ${units[unit]}`
}

export function seconds(value: number): string {
  if (value < 1) {
    return `${Math.round(value * 1000)} ms`
  }
  if (value < 60) {
    return `${SHORT.format(value)} s`
  }
  const minutes = Math.floor(value / 60)
  return minutes < 60 ? `${minutes} min ${Math.floor(value % 60)} s` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`
}

/** The time in the zone of the browser, to the second. */
export function moment(text: string | null | undefined): string {
  if (!text) {
    return '–'
  }
  const time = new Date(text)
  const two = (value: number) => String(value).padStart(2, '0')
  return `${time.getFullYear()}-${two(time.getMonth() + 1)}-${two(time.getDate())} ${two(time.getHours())}:${two(time.getMinutes())}:${two(time.getSeconds())}`
}

export function ago(text: string, now: number): string {
  const age = Math.max(0, (now - new Date(text).getTime()) / 1000)
  return age < 5 ? 'now' : age < 60 ? `${Math.floor(age)} s ago` : age < 3600 ? `${Math.floor(age / 60)} min ago` : age < 86_400 ? `${Math.floor(age / 3600)} h ago` : `${Math.floor(age / 86_400)} d ago`
}
