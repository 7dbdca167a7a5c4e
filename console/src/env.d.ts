declare module 'virtual:sql-functions' {
  const functions: { name: string; arguments: string; gives: string }[]
  export default functions
}
