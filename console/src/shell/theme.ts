import { useEffect, useState } from 'react'

export type Theme = 'system' | 'light' | 'dark'

const KEY = 'nerium.theme'
const system = matchMedia('(prefers-color-scheme: dark)')

function stored(): Theme {
  const value = localStorage.getItem(KEY)
  return value === 'light' || value === 'dark' ? value : 'system'
}

const isDark = (theme: Theme): boolean => theme === 'dark' || (theme === 'system' && system.matches)

/** The theme, whether it is dark now, and a function that changes it. */
export function useTheme(): [Theme, boolean, (theme: Theme) => void] {
  const [theme, setTheme] = useState(stored)
  const [dark, setDark] = useState(isDark(theme))
  useEffect(() => {
    const apply = () => {
      setDark(isDark(theme))
      document.documentElement.dataset['theme'] = isDark(theme) ? 'dark' : 'light'
    }
    apply()
    system.addEventListener('change', apply)
    return () => system.removeEventListener('change', apply)
  }, [theme])
  const change = (next: Theme) => {
    localStorage.setItem(KEY, next)
    setTheme(next)
  }
  return [theme, dark, change]
}

/** Back to the system's theme where that is what the user chooses. */
export function nextTheme(dark: boolean): Theme {
  return dark === system.matches ? (dark ? 'light' : 'dark') : 'system'
}
