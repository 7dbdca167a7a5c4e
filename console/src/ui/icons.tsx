import type { ReactNode } from 'react'

function icon(path: ReactNode) {
  return function Icon({ size = 16 }: { size?: number }) {
    return (
      <svg className="svg" width={size} height={size} viewBox="0 0 24 24" fill="none" stroke="currentColor" strokeWidth="2" strokeLinecap="round" strokeLinejoin="round" aria-hidden="true">
        {path}
      </svg>
    )
  }
}

export const Code = icon(<path d="m7 8-4 4 4 4m10-8 4 4-4 4M14 5l-4 14" />)
export const History = icon(<><path d="M3 12a9 9 0 1 0 3-6.7L3 8" /><path d="M3 3v5h5m4-1v5l3 2" /></>)
export const Catalog = icon(<><ellipse cx="12" cy="5.5" rx="8" ry="3" /><path d="M4 5.5v13c0 1.7 3.6 3 8 3s8-1.3 8-3v-13M4 12c0 1.7 3.6 3 8 3s8-1.3 8-3" /></>)
export const Keyboard = icon(<><rect x="2" y="6" width="20" height="12" rx="2" /><path d="M6 10h.01M10 10h.01M14 10h.01M18 10h.01M8 14h8" /></>)
export const Moon = icon(<path d="M20 14.5A8.5 8.5 0 0 1 9.5 4 8.5 8.5 0 1 0 20 14.5Z" />)
export const Sun = icon(<><circle cx="12" cy="12" r="4" /><path d="M12 2v2m0 16v2M2 12h2m16 0h2M5 5l1.4 1.4m11.2 11.2L19 19m0-14-1.4 1.4M6.4 17.6 5 19" /></>)
export const User = icon(<><circle cx="12" cy="8" r="4" /><path d="M4 21c0-4 3.6-6 8-6s8 2 8 6" /></>)
export const Close = icon(<path d="M6 6l12 12M18 6 6 18" />)
export const Plus = icon(<path d="M12 5v14M5 12h14" />)
export const Play = icon(<path d="M7 4v16l13-8Z" fill="currentColor" />)
export const Stop = icon(<rect x="6" y="6" width="12" height="12" rx="1.5" fill="currentColor" />)
export const Table = icon(<><rect x="3" y="4" width="18" height="16" rx="2" /><path d="M3 10h18M3 15h18M10 10v10" /></>)
export const View = icon(<><path d="M2 12s3.6-7 10-7 10 7 10 7-3.6 7-10 7-10-7-10-7Z" /><circle cx="12" cy="12" r="3" /></>)
export const Folder = icon(<path d="M3 7a2 2 0 0 1 2-2h4l2 3h8a2 2 0 0 1 2 2v7a2 2 0 0 1-2 2H5a2 2 0 0 1-2-2Z" />)
export const Chevron = icon(<path d="m9 6 6 6-6 6" />)
export const Refresh = icon(<><path d="M20 11a8 8 0 0 0-14-4.5L3 9m0-5v5h5M4 13a8 8 0 0 0 14 4.5L21 15m0 5v-5h-5" /></>)
export const Download = icon(<path d="M12 4v11m-5-4 5 5 5-5M4 20h16" />)
export const Copy = icon(<><rect x="9" y="9" width="11" height="11" rx="2" /><path d="M5 15H4V5a1 1 0 0 1 1-1h10v1" /></>)
export const Chart = icon(<path d="M4 4v16h16M8 16v-4m4 4V8m4 8v-6" />)
export const Search = icon(<><circle cx="11" cy="11" r="7" /><path d="m20 20-4-4" /></>)
export const Warning = icon(<><path d="M12 3 2 20h20Z" /><path d="M12 10v4m0 3h.01" /></>)

export function Flower({ size = 24 }: { size?: number }) {
  return (
    <svg className="svg" width={size} height={size} viewBox="0 0 32 32" aria-hidden="true">
      <g fill="#c2255c">
        {[0, 72, 144, 216, 288].map((angle) => <ellipse key={angle} cx="16" cy="7.5" rx="5" ry="7" transform={`rotate(${angle} 16 16)`} />)}
      </g>
      <circle cx="16" cy="16" r="3.5" fill="#ffd43b" />
    </svg>
  )
}
