import './till.css'
import { Button, Center, Loader, TextInput } from '@mantine/core'
import { IconSearch } from '@tabler/icons-react'
import { useDeferredValue, useMemo, useRef, useState } from 'react'
import type { Article, TillCatalogue } from '../../src/contracts/catalogue.ts'
import { searchWords } from '../../src/domain/search-words.ts'
import { tell, tellFailure } from '../shared/api.ts'
import { t } from '../shared/messages.ts'
import { formatMoney } from '../shared/money.ts'
import { useSession, useSignOut } from '../shared/session.tsx'
import { useUpdateWhenFree } from '../shared/update.ts'
import { AmountDialog } from './amount-dialog.tsx'
import { AskDialog, microOf } from './ask-dialog.tsx'
import { priceOf } from './basket.ts'
import { type Ask, BasketPanel } from './basket-panel.tsx'
import { CategoryList, type Chosen } from './category-list.tsx'
import { findArticle } from './find-article.ts'
import { PaidPanel } from './paid-panel.tsx'
import { parkBasket } from './park.ts'
import { PayPanel } from './pay-panel.tsx'
import { refusal, tick } from './sounds.ts'
import { StatusBar } from './status-bar.tsx'
import { canBeTill, useLink, useThisTill } from './this-node.ts'
import { TileGrid } from './tile-grid.tsx'
import { TillDialogs } from './till-dialogs.tsx'
import { type Dialog, TillMenu } from './till-menu.tsx'
import { useCheckout } from './use-checkout.ts'
import { useHotkeys } from './use-hotkeys.ts'
import { useScanner } from './use-scanner.ts'
import { useBasket, useCatalogue, useLookedUp, useOutbox, useShift, useTillHandle } from './use-till.ts'
import { useUndo } from './use-undo.ts'

/** Articles by category or search, in the order of the catalogue. Words are looked up once for each catalogue. */
const useShown = (catalogue: TillCatalogue | undefined, category: Chosen, search: string): Article[] => {
  const indexed = useMemo(
    () =>
      (catalogue?.articles ?? []).map(article => ({
        article,
        words: searchWords(`${article.name} ${article.sku} ${article.category} ${article.barcodes.join(' ')}`),
      })),
    [catalogue],
  )
  return useMemo(() => {
    const wanted = searchWords(search)
    if (wanted.length > 0)
      return indexed
        .filter(({ words }) => wanted.every(word => words.some(each => each.startsWith(word))))
        .map(({ article }) => article)
    const all = indexed.map(({ article }) => article)
    if (category === '') return all
    const chosen = all.filter(article => (category === null ? article.favourite : article.category === category))
    return category === null && chosen.length === 0 ? all : chosen
  }, [indexed, category, search])
}

export const TillPage = () => {
  const { person, may } = useSession()
  const signOut = useSignOut()
  const { handle, change: changeHandle } = useTillHandle()
  const { catalogue, bySku, byBarcode, refresh } = useCatalogue()
  const { basket, step } = useBasket(person.number)
  const isLookedUp = useLookedUp(basket, step)
  const isNode = useThisTill() !== null
  const link = useLink()
  const { shift, refresh: refreshShift } = useShift(handle)
  const outbox = useOutbox()
  const [search, setSearch] = useState('')
  const [category, setCategory] = useState<Chosen>(null)
  const [dialog, setDialog] = useState<Dialog | null>(null)
  const [ask, setAsk] = useState<Ask | null>(null)
  const [weigh, setWeigh] = useState<Article | null>(null)
  const [unknown, setUnknown] = useState<string | null>(null)
  const [shiftSkipped, setShiftSkipped] = useState(false)
  const [basketShown, setBasketShown] = useState(false)
  const field = useRef<HTMLInputElement>(null)
  const shown = useShown(catalogue, category, useDeferredValue(search))
  const outcome = useMemo(
    () => (catalogue && basket.lines.length > 0 ? priceOf(basket, catalogue) : null),
    [basket, catalogue],
  )
  const priced = outcome?.ok ? outcome.priced : null
  const checkout = useCheckout({
    basket,
    step,
    catalogue,
    priced,
    till: handle,
    shiftId: shift?.shiftId,
    cashier: person.name,
    isNode,
    refresh,
    look: outbox.look,
  })
  const { stage } = checkout
  useUndo(basket, step, catalogue, handle)

  const take = (article: Article, quantityMicro?: number, priceMinor?: number) => {
    setUnknown(null)
    if (article.unit !== 'each' && quantityMicro === undefined && priceMinor === undefined) {
      checkout.back()
      setWeigh(article)
      return
    }
    step({
      act: 'add',
      article,
      ...(quantityMicro === undefined ? {} : { quantityMicro }),
      ...(priceMinor === undefined ? {} : { priceMinor }),
    })
  }
  const scan = (code: string) => {
    if (!catalogue) return
    if (stage === 'paid') checkout.next()
    const found = findArticle(code, bySku, byBarcode, catalogue.store.currency)
    setSearch('')
    if (!found) {
      refusal()
      if (stage === 'pay') tell(t('till.unknown-code', { code }))
      else setUnknown(code)
      return
    }
    tick()
    take(found.article, found.quantityMicro, found.priceMinor)
  }
  /** Whether the till is free for another basket now. */
  const park = async (): Promise<boolean> => {
    if (basket.lines.length === 0) return true
    if (basket.tenders.length > 0) {
      tell(t('till.money-taken'))
      return false
    }
    try {
      await parkBasket(basket, handle)
      step({ act: 'clear' })
      return true
    } catch (failure) {
      tellFailure(failure)
      return false
    }
  }
  const shownDialog = dialog ?? (shift === null && !shiftSkipped && may('cash:write') ? 'shift-open' : null)
  const isBusy =
    stage !== 'sell' || basket.lines.length > 0 || dialog !== null || ask !== null || weigh !== null || search !== ''
  useUpdateWhenFree(isBusy ? 'sale' : (link?.waiting ?? 0) > 0 ? 'facts' : '')
  useScanner(scan)
  useHotkeys({
    enabled: stage === 'sell' && shownDialog === null && ask === null && weigh === null,
    search: () => field.current?.focus(),
    step: by => basket.selected !== null && step({ act: 'step', key: basket.selected, by }),
    ask: setAsk,
    park,
    pay: () => priced && checkout.pay(),
    keys: () => setDialog('keys'),
  })

  if (!catalogue || !isLookedUp) {
    return (
      <Center mih="100dvh">
        <Loader aria-label={t('common.loading')} />
      </Center>
    )
  }
  if (stage === 'pay' && priced)
    return (
      <PayPanel
        priced={priced}
        catalogue={catalogue}
        tenders={basket.tenders}
        take={checkout.take}
        finish={checkout.finish}
        giveBack={index => step({ act: 'give-back', index })}
        close={checkout.back}
      />
    )
  if (stage === 'paid' && checkout.shown) return <PaidPanel paid={checkout.shown} next={checkout.next} />

  const undo = basket.before
  const close = () => setDialog(null)
  return (
    <main className="till" data-ready="true" data-basket={basketShown}>
      <header className="top">
        <TextInput
          ref={field}
          className="search"
          size="lg"
          leftSection={<IconSearch size={20} />}
          placeholder={t('till.search')}
          aria-label={t('till.search')}
          value={search}
          autoComplete="off"
          onChange={event => setSearch(event.currentTarget.value)}
          onKeyDown={event => {
            if (event.key === 'Escape') setSearch('')
            if (event.key === 'ArrowDown') {
              event.preventDefault()
              document.querySelector<HTMLElement>('.tiles button')?.focus()
            }
            if (event.key !== 'Enter' || search.trim() === '') return
            const found = findArticle(search.trim(), bySku, byBarcode, catalogue.store.currency)
            const [only, ...others] = shown
            if (found) scan(search.trim())
            else if (only && others.length === 0) {
              take(only)
              setSearch('')
            } else if (!only) scan(search.trim())
          }}
        />
        <StatusBar
          name={person.name}
          till={handle}
          waiting={outbox.waiting}
          refused={outbox.refused}
          openNode={() => setDialog('settings')}
          signOut={signOut}
        />
      </header>
      <CategoryList
        catalogue={catalogue}
        chosen={search === '' ? category : ''}
        choose={next => {
          setCategory(next)
          setSearch('')
        }}
      />
      <section className="products" aria-label={t('keys.grid')}>
        {unknown !== null && (
          <div className="bar bad" role="alert">
            <span>{t('till.unknown-code', { code: unknown })}</span>
            <Button variant="subtle" color="gray" h={48} onClick={() => setUnknown(null)}>
              {t('common.close')}
            </Button>
          </div>
        )}
        <TileGrid articles={shown} catalogue={catalogue} take={article => take(article)} />
      </section>
      <BasketPanel
        basket={basket}
        priced={priced}
        catalogue={catalogue}
        step={step}
        ask={setAsk}
        pay={checkout.pay}
        park={park}
        menu={
          <TillMenu
            open={setDialog}
            discount={() => setAsk('sale-discount')}
            voidBasket={() => (basket.tenders.length > 0 ? tell(t('till.money-taken')) : step({ act: 'void' }))}
            hasLines={basket.lines.length > 0}
            hasShift={Boolean(shift)}
            mayEnrol={!isNode && canBeTill() && may('devices:write')}
          />
        }
      />
      <button
        type="button"
        className="basket-handle"
        onClick={() => setBasketShown(now => !now)}
        aria-expanded={basketShown}
      >
        <span>{basketShown ? t('till.products') : `${t('till.basket')} · ${basket.lines.length}`}</span>
        {!basketShown && (
          <span className="money">{formatMoney(priced?.totalMinor ?? 0, catalogue.store.currency)}</span>
        )}
      </button>
      {undo && (
        <div className="bar undo" role="status">
          <span>{undo.what === '' ? t('till.voided') : t('till.removed', { name: undo.what })}</span>
          <Button variant="default" h={48} onClick={() => step({ act: 'undo' })}>
            {t('common.undo')}
          </Button>
        </div>
      )}
      {ask && (
        <AskDialog
          ask={ask}
          line={basket.lines.find(line => line.key === basket.selected)}
          currency={catalogue.store.currency}
          mayOverride={may('sales:override') || basket.overrideIds.length > 0}
          saleId={basket.saleId}
          step={step}
          close={() => setAsk(null)}
        />
      )}
      {weigh && (
        <AmountDialog
          title={t('till.weight-of', { name: weigh.name })}
          unit={weigh.unit}
          read={text => {
            const micro = microOf(text)
            return micro === null || micro === 0 ? null : micro
          }}
          done={quantityMicro => {
            take(weigh, quantityMicro)
            setWeigh(null)
          }}
          close={() => setWeigh(null)}
        />
      )}
      <TillDialogs
        dialog={shownDialog}
        catalogue={catalogue}
        till={handle}
        shiftId={shift?.shiftId}
        bySku={bySku}
        step={step}
        park={park}
        changeTill={changeHandle}
        shiftChanged={() => void refreshShift()}
        skipShift={() => setShiftSkipped(true)}
        paidBack={checkout.show}
        close={close}
      />
    </main>
  )
}
