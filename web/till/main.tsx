import { startPage } from '../shared/root.tsx'
import { TillPage } from './till-page.tsx'

startPage(<TillPage />)
