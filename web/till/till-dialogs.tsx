import { Button, Modal, Stack, TextInput } from '@mantine/core'
import { lazy, Suspense, useState } from 'react'
import type { Article, TillCatalogue } from '../../src/contracts/catalogue.ts'
import { handle as handleSchema } from '../../src/contracts/primitives.ts'
import { t } from '../shared/messages.ts'
import type { BasketAct } from './basket.ts'
import type { Paid } from './paid-panel.tsx'
import { useThisTill } from './this-node.ts'
import type { Dialog } from './till-menu.tsx'

// What is not needed to sell is loaded when it is asked for.
const ReturnDialog = lazy(() => import('./return-dialog.tsx').then(file => ({ default: file.ReturnDialog })))
const ParkedDialog = lazy(() => import('./parked-dialog.tsx').then(file => ({ default: file.ParkedDialog })))
const KeysDialog = lazy(() => import('./keys-dialog.tsx').then(file => ({ default: file.KeysDialog })))
const OpenShiftDialog = lazy(() => import('./shift-dialogs.tsx').then(file => ({ default: file.OpenShiftDialog })))
const CloseShiftDialog = lazy(() => import('./shift-dialogs.tsx').then(file => ({ default: file.CloseShiftDialog })))
const MoveCashDialog = lazy(() => import('./shift-dialogs.tsx').then(file => ({ default: file.MoveCashDialog })))

const EnrolDialog = lazy(() => import('./enrol-dialog.tsx').then(file => ({ default: file.EnrolDialog })))
const NodePanel = lazy(() => import('./node-panel.tsx').then(file => ({ default: file.NodePanel })))

const TillSettings = ({ till, change, close }: { till: string; change(till: string): void; close(): void }) => {
  const [text, setText] = useState(till)
  const isRight = handleSchema.safeParse(text).success
  return (
    <Modal opened onClose={close} title={t('till.settings')}>
      <Stack>
        <TextInput
          label={t('till.till-handle')}
          description={t('till.till-handle-hint')}
          value={text}
          onChange={event => setText(event.currentTarget.value)}
          error={!isRight}
        />
        <Button
          disabled={!isRight}
          onClick={() => {
            change(text)
            close()
          }}
        >
          {t('common.save')}
        </Button>
      </Stack>
    </Modal>
  )
}

export const TillDialogs = (props: {
  dialog: Dialog | null
  catalogue: TillCatalogue
  till: string
  shiftId: string | undefined
  bySku: ReadonlyMap<string, Article>
  step(act: BasketAct): void
  park(): Promise<boolean>
  changeTill(till: string): void
  shiftChanged(): void
  skipShift(): void
  paidBack(paid: Paid): void
  close(): void
}) => {
  const { dialog, catalogue, till, shiftId, close } = props
  const { currency } = catalogue.store
  const thisTill = useThisTill()
  const shiftDone = () => {
    props.shiftChanged()
    close()
  }
  return (
    <Suspense>
      {dialog === 'shift-open' && (
        <OpenShiftDialog
          till={till}
          currency={currency}
          done={shiftDone}
          skip={() => {
            props.skipShift()
            close()
          }}
        />
      )}
      {dialog === 'shift-close' && shiftId && (
        <CloseShiftDialog shiftId={shiftId} currency={currency} close={shiftDone} />
      )}
      {dialog === 'cash-move' && shiftId && <MoveCashDialog shiftId={shiftId} currency={currency} close={close} />}
      {dialog === 'parked' && (
        <ParkedDialog
          till={till}
          bySku={props.bySku}
          park={props.park}
          take={(lines, discount) => props.step({ act: 'load', lines, discount })}
          close={close}
        />
      )}
      {dialog === 'keys' && <KeysDialog close={close} />}
      {dialog === 'settings' &&
        (thisTill ? (
          <NodePanel till={thisTill} hasShift={shiftId !== undefined} close={close} />
        ) : (
          <TillSettings till={till} change={props.changeTill} close={close} />
        ))}
      {dialog === 'enrol' && <EnrolDialog till={till} close={close} />}
      {dialog === 'return' && (
        <ReturnDialog
          catalogue={catalogue}
          till={till}
          shiftId={shiftId}
          done={paid => {
            close()
            props.paidBack(paid)
          }}
          close={close}
        />
      )}
    </Suspense>
  )
}
