import { startPage } from '../shared/root.tsx'
import { Office } from './office.tsx'

startPage(<Office />)
