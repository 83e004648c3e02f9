import { startPage } from '../shared/root.tsx'
import { SignInFoot } from './sign-in-foot.tsx'
import { TillGate } from './till-gate.tsx'
import { TillPage } from './till-page.tsx'

startPage(<TillPage />, { gate: TillGate, belowSignIn: <SignInFoot />, updatesItself: true })
